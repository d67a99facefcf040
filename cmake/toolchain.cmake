# Warnings, sanitizers, and the tools that make builds faster when they are there.

add_library(patchcord_flags INTERFACE)
target_compile_features(patchcord_flags INTERFACE cxx_std_20)
target_include_directories(patchcord_flags INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(patchcord_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual)
if(PATCHCORD_WERROR)
  target_compile_options(patchcord_flags INTERFACE -Werror)
endif()
if(PATCHCORD_SANITIZE)
  # The vptr check needs a free descriptor to look at memory, and takes it for an error when there is none.
  # g++ 12 reports a mismatch that is none when coroutines or functions are inlined under AddressSanitizer.
  target_compile_options(patchcord_flags INTERFACE -fsanitize=${PATCHCORD_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined -fno-sanitize=vptr -Wno-mismatched-new-delete -Wno-maybe-uninitialized -Wno-tsan)
  target_link_options(patchcord_flags INTERFACE -fsanitize=${PATCHCORD_SANITIZE})
endif()
if(PATCHCORD_FUZZ)
  target_compile_options(patchcord_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  target_link_options(patchcord_flags INTERFACE -fsanitize=address,undefined)
endif()

find_program(CCACHE ccache)
if(CCACHE)  # what one working tree has compiled, another has too, wherever it is
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${CCACHE}")
endif()
find_program(LLD NAMES ld.lld ld.lld-14)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()
