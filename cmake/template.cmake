# template.cmake: embeds src/study/export_numpy.py, the template of the NumPy script, as generated/export_numpy_py.h for src/study/export_numpy.c.

set(template ${PROJECT_SOURCE_DIR}/src/study/export_numpy.py)
set(template_header ${PROJECT_BINARY_DIR}/generated/export_numpy_py.h)
add_custom_command(OUTPUT ${template_header}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/generated
  COMMAND ${CMAKE_COMMAND} -DIN=${template} -DOUT=${template_header} -DNAME=export_numpy_py -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${template} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  COMMENT "Embedding the NumPy script" VERBATIM)
add_custom_target(denpa_template DEPENDS ${template_header})
add_dependencies(denpa_settings denpa_template)
