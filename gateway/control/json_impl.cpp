// Boost.JSON's own code, compiled once for the whole program.
#include <boost/json/src.hpp>
