# texts.cmake: the long texts of the rooms, src/ROOM/NAME.txt, become macros in generated/NAME_txt.h. How such a file is written: texts.awk.

find_program(DENPA_AWK awk REQUIRED)

file(GLOB texts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*/*.txt)
set(text_headers)
foreach(text IN LISTS texts)
  get_filename_component(name ${text} NAME_WE)
  set(header ${PROJECT_BINARY_DIR}/generated/${name}_txt.h)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/generated
    COMMAND ${DENPA_AWK} -v name=${name} -v out=${header} -f ${PROJECT_SOURCE_DIR}/cmake/texts.awk ${text}
    DEPENDS ${text} ${PROJECT_SOURCE_DIR}/cmake/texts.awk VERBATIM)
  list(APPEND text_headers ${header})
endforeach()
add_custom_target(denpa_texts DEPENDS ${text_headers})
add_dependencies(denpa_settings denpa_texts) # whatever is compiled finds the headers made
