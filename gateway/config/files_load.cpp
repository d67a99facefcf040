#include "gateway/config/files_load.hpp"

#include "gateway/net/asio.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t many = 1'000'000'000;
constexpr std::size_t tib = std::size_t{1024} * 1024 * 1024 * 1024;
constexpr std::size_t first_port = 1024;  // those below are for the system's services
constexpr std::size_t last_port = 65'535;

/// One word of two.
template <class Choice>
void read_choice(TableReader& reader, std::string_view key, Choice& into, std::string_view one, Choice is_one,
                 std::string_view other, Choice is_other) {
    std::string word(into == is_one ? one : other);
    reader.read(key, word);
    if (word != one && word != other) {
        reader.error(key, "must be \"" + std::string(one) + "\" or \"" + std::string(other) + "\"");
        return;
    }
    into = word == one ? is_one : is_other;
}

void read_ports(TableReader& reader, std::vector<std::size_t>& ports) {
    reader.read("ports", ports);
    if (ports.empty()) return;
    if (ports.size() != 2 || ports[0] < first_port || ports[1] > last_port || ports[0] > ports[1]) {
        reader.error("ports", "must be the first and the last port, from 1024 to 65535, or empty");
    }
}

void read_address(TableReader& reader, std::string& address) {
    reader.read("address", address);
    if (address.empty()) return;
    boost::system::error_code bad;
    (void)asio::ip::make_address(address, bad);
    if (bad) reader.error("address", "must be a numeric address, without a port");
}

}  // namespace

void read_files(TableReader& reader, Config::Files& files) {
    read_ports(reader, files.ports);
    read_address(reader, files.address);
    read_choice(reader, "dcc", files.dcc, "active", Config::Dcc::active, "passive", Config::Dcc::passive);
    read_choice(reader, "connect_to", files.connect_to, "peer", Config::ConnectTo::peer, "public",
                Config::ConnectTo::any_public);
    reader.read("allow_loopback", files.allow_loopback);
    reader.read_size("max_size", files.max_size, 1, tib);
    reader.read("offer_time", files.offer_time);
    reader.read("stall_time", files.stall_time);
    reader.read("max_offers", files.max_offers, 1, many);
    reader.read("offer_burst", files.offer_burst, 1, many);
    reader.read("offer_rate", files.offer_rate, 0, 1'000'000);
    reader.read("max_offers_at_ports", files.max_offers_at_ports, 1, many);
    reader.read("max_transfers", files.max_transfers, 1, many);
    reader.read("max_transfers_per_user", files.max_transfers_per_user, 1, many);
    reader.read_size("rate", files.rate, 0, tib);
    reader.read("links", files.links);
    reader.read("link_time", files.link_time);
    reader.read_size("quota", files.quota, 0, tib);
    reader.read_size("total_quota", files.total_quota, 0, tib);
    reader.read("max_files", files.max_files, 1, many);
}

}  // namespace patchcord::gateway
