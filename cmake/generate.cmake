# generate.cmake: cmake -DDENPA=command "-DARGUMENTS=list" -DSCDOC=scdoc -DOUT=FILE -P generate.cmake
# Writes the output of `denpa generate ARGUMENTS` to FILE, a man page by way of scdoc. Fails, leaving no FILE, if a program fails.

get_filename_component(folder ${OUT} DIRECTORY)
file(MAKE_DIRECTORY ${folder})
if(ARGUMENTS MATCHES "^man")
  execute_process(COMMAND ${DENPA} generate ${ARGUMENTS} COMMAND ${SCDOC} OUTPUT_FILE ${OUT} RESULTS_VARIABLE results)
else()
  execute_process(COMMAND ${DENPA} generate ${ARGUMENTS} --lang en OUTPUT_FILE ${OUT} RESULTS_VARIABLE results)
endif()
if(NOT results MATCHES "^0(;0)*$")
  file(REMOVE ${OUT})
  message(FATAL_ERROR "${OUT}: exit status ${results}")
endif()
