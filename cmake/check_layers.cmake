# Fails on an include that breaks the layer table of docs/architecture.md.
#   cmake -DROOT=<checkout> -P cmake/check_layers.cmake

set(problems "")

# check(<folder> <regex of quoted includes it may have> <regex of libraries it may include with <...>>)
function(check folder own_allowed library_forbidden)
  file(GLOB_RECURSE files "${ROOT}/${folder}/*.hpp" "${ROOT}/${folder}/*.cpp")
  foreach(file IN LISTS files)
    file(STRINGS "${file}" includes REGEX "^[ \t]*#[ \t]*include")
    foreach(include IN LISTS includes)
      if(include MATCHES "\"([^\"]+)\"")
        if(NOT CMAKE_MATCH_1 MATCHES "^(${own_allowed})/")
          list(APPEND problems "${file}: ${include}")
        endif()
      elseif(include MATCHES "<([^>]+)>")
        if(CMAKE_MATCH_1 MATCHES "${library_forbidden}")
          list(APPEND problems "${file}: ${include}")
        endif()
      endif()
    endforeach()
  endforeach()
  set(problems "${problems}" PARENT_SCOPE)
endfunction()

# Standard headers have neither a slash nor an extension; whatever has is a library's or the system's.
set(any_library "[/.]")
check(chat_core "chat_core" "${any_library}")
check(irc "chat_core|irc" "${any_library}")
check(msn "chat_core|msn" "${any_library}")
# What is built into the daemon needs neither its tools nor its tests.
check(gateway "chat_core|irc|msn|gateway" "^(tools|tests)/")

# Libraries that some parts of gateway/ keep to themselves; `folder` is a regex.
function(check_only library folder)
  file(GLOB_RECURSE files "${ROOT}/gateway/*.hpp" "${ROOT}/gateway/*.cpp")
  foreach(file IN LISTS files)
    if(file MATCHES "^${ROOT}/gateway/${folder}/")
      continue()
    endif()
    file(STRINGS "${file}" includes REGEX "^[ \t]*#[ \t]*include[ \t]*<${library}")
    foreach(include IN LISTS includes)
      list(APPEND problems "${file}: ${include} (only in gateway/${folder}/)")
    endforeach()
  endforeach()
  set(problems "${problems}" PARENT_SCOPE)
endfunction()

check_only("toml" config)
check_only("spdlog" log)
check_only("soci" "(store|history)")
check_only("boost/beast" http)
check_only("pugixml" "(http|services)")

if(problems)
  list(JOIN problems "\n  " text)
  message(FATAL_ERROR "includes against the layer table:\n  ${text}")
endif()
