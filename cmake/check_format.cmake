# Fails when a C++ file is not as clang-format would write it.
file(GLOB_RECURSE files "${ROOT}/chat_core/*.[ch]pp" "${ROOT}/irc/*.[ch]pp" "${ROOT}/msn/*.[ch]pp" "${ROOT}/gateway/*.[ch]pp"
  "${ROOT}/tools/*.[ch]pp" "${ROOT}/tests/*.[ch]pp")
execute_process(COMMAND "${CLANG_FORMAT}" --dry-run --Werror ${files} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "run: clang-format -i on the files named above")
endif()
