# Runs HOST, a list, and fails unless it ends well and prints EXPECTED, a regular
# expression. CTest's own PASS_REGULAR_EXPRESSION does not look at how it ends.
execute_process(COMMAND ${HOST} RESULT_VARIABLE ended OUTPUT_VARIABLE printed
  COMMAND_ECHO STDOUT)
message("${printed}")
if(NOT ended EQUAL 0)
  message(FATAL_ERROR "expected exit code 0, found ${ended}")
endif()
if(NOT printed MATCHES "${EXPECTED}")
  message(FATAL_ERROR "expected output that matches '${EXPECTED}'")
endif()
