# install.cmake: what `cmake --install` puts where: the two libraries, the header, the command, and how others find the library
# (pkg-config, find_package). Manual pages and completion: docs.cmake. Nothing in the installed files names a folder of the machine that built them.
# People call install.sh, which builds the target `installable` first.

include(CMakePackageConfigHelpers)

set(installable denpa_shared denpa_static)
if(TARGET denpa)
  list(APPEND installable denpa)
endif()
# Comes first, so that nothing is installed of a build that is not whole.
foreach(target IN LISTS installable)
  install(CODE "
    if(NOT EXISTS \"$<TARGET_FILE:${target}>\")
      message(FATAL_ERROR \"$<TARGET_FILE_NAME:${target}> is not built yet. Run ./install.sh, or first: cmake --build ${PROJECT_BINARY_DIR}\n\"
        \"$<TARGET_FILE_NAME:${target}> はまだビルドされていません。./install.sh を使うか、先に次を実行してください: cmake --build ${PROJECT_BINARY_DIR}\")
    endif()")
endforeach()
add_custom_target(installable DEPENDS ${installable})
if(TARGET denpa)
  include(cmake/docs.cmake)
  if(TARGET docs)
    add_dependencies(installable docs)
  endif()
endif()

set(denpa_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/denpa)

install(FILES include/denpa/denpa.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/denpa)
# Two exports: whoever uses the shared library needs none of the packages that the static one asks for.
install(TARGETS denpa_shared EXPORT denpa_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS denpa_static EXPORT denpa_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT denpa_shared NAMESPACE denpa:: FILE denpa_shared.cmake DESTINATION ${denpa_package_dir})
install(EXPORT denpa_static NAMESPACE denpa:: FILE denpa_static.cmake DESTINATION ${denpa_package_dir})
if(TARGET denpa)
  install(TARGETS denpa RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(cmake/denpaConfig.cmake.in ${PROJECT_BINARY_DIR}/denpaConfig.cmake INSTALL_DESTINATION ${denpa_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/denpaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/denpaConfig.cmake ${PROJECT_BINARY_DIR}/denpaConfigVersion.cmake DESTINATION ${denpa_package_dir})

# The formats' libraries stand in Libs.private, not in Requires.private: pkg-config would otherwise ask users of the shared library
# for their development packages.
set(denpa_private_libs "-lm -pthread")
if(DENPA_FORMATS)
  set(denpa_private_libs "-lpng -lz -ldeflate -ljansson -lcrypto -ldl ${denpa_private_libs}")
endif()
file(RELATIVE_PATH denpa_pc_prefix /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p) # so that the file may be moved with its tree
configure_file(cmake/denpa.pc.in ${PROJECT_BINARY_DIR}/denpa.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/denpa.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
