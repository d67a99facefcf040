#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string_view>
#include <sys/resource.h>

#include "tests/bench/load/modes.hpp"
#include "tests/bench/load/options.hpp"

namespace {

using namespace patchcord::bench;

constexpr int exit_usage = 64;  // EX_USAGE of sysexits.h

/// Every client is a file descriptor: take as many as the hard limit allows.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

Outcome run(const Options& options) {
    switch (options.mode) {
        case Mode::fanout: return run_fanout(options);
        case Mode::bridge: return run_bridge(options);
        case Mode::crowd: return run_crowd(options);
        case Mode::idle: return run_idle(options);
        case Mode::pingpong: return run_pingpong(options);
        case Mode::storm: return run_storm(options);
    }
    std::abort();
}

int report(Outcome outcome) {
    outcome.figures.add("passed", outcome.passed);
    std::cout << outcome.figures.text() << '\n';
    return outcome.passed ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span arguments(argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0));
    if (!arguments.empty() && (std::string_view(arguments[0]) == "--help" || std::string_view(arguments[0]) == "-h")) {
        std::cout << usage();
        return EXIT_SUCCESS;
    }
    try {
        const Options options = parse_options(arguments);
        raise_descriptor_limit();
        return report(run(options));
    } catch (const UsageError& error) {
        std::cerr << "patchcord-load: " << error.what() << "; --help explains\n";
        return exit_usage;
    } catch (const std::exception& error) {
        std::cerr << "patchcord-load: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
