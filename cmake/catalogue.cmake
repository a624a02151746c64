# catalogue.cmake: compiles po/ja.po into generated/catalogue_ja.h, which src/base/catalogue.c searches.

find_program(DENPA_MSGFMT msgfmt REQUIRED) # Debian: gettext

set(catalogue_mo ${PROJECT_BINARY_DIR}/generated/ja.mo)
set(catalogue_header ${PROJECT_BINARY_DIR}/generated/catalogue_ja.h)
add_custom_command(OUTPUT ${catalogue_header}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/generated
  COMMAND ${DENPA_MSGFMT} --check-header --endianness=little --no-hash -o ${catalogue_mo} ${PROJECT_SOURCE_DIR}/po/ja.po
  COMMAND ${CMAKE_COMMAND} -DIN=${catalogue_mo} -DOUT=${catalogue_header} -DNAME=catalogue_ja -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${PROJECT_SOURCE_DIR}/po/ja.po ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  COMMENT "Compiling the Japanese catalogue" VERBATIM)
add_custom_target(denpa_catalogue DEPENDS ${catalogue_header})
add_dependencies(denpa_settings denpa_catalogue) # whatever is compiled finds the header made
