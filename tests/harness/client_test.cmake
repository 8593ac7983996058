# slipway_client_test(NAME FILE... [PROPERTIES ...]): pytest files that drive the built binary with real clients. Each
# starts servers of its own, so several may run side by side.
function(slipway_client_test name)
  cmake_parse_arguments(arg "" "" "PROPERTIES" ${ARGN})
  list(TRANSFORM arg_UNPARSED_ARGUMENTS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_test(NAME ${name} COMMAND ${CMAKE_SOURCE_DIR}/.venv/bin/python -B -m pytest ${arg_UNPARSED_ARGUMENTS})
  set_tests_properties(${name} PROPERTIES ENVIRONMENT SLIPWAY=$<TARGET_FILE:slipway> TIMEOUT 300 ${arg_PROPERTIES})
endfunction()
