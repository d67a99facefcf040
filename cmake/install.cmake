# What `cmake --install` puts where, and the Debian package that CPack makes of it (scripts/package).

# So that the unit, the configuration and the package agree about places. DESTDIR puts all of it elsewhere.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "Where programs are installed" FORCE)
endif()
include(GNUInstallDirs)

# Where the distribution's systemd looks, whatever the prefix of the programs.
set(PATCHCORD_UNIT_DIR "lib/systemd/system" CACHE PATH "Units of systemd, below the prefix")
set(PATCHCORD_SYSUSERS_DIR "lib/sysusers.d" CACHE PATH "Users, below the prefix")
set(PATCHCORD_TMPFILES_DIR "lib/tmpfiles.d" CACHE PATH "Directories, below the prefix")

file(READ "${PROJECT_SOURCE_DIR}/gateway.toml.example" PATCHCORD_INSTALLED_CONFIG)
string(REPLACE "data_dir = \"patchcord-data\"     " "data_dir = \"/var/lib/patchcord\" " PATCHCORD_INSTALLED_CONFIG
  "${PATCHCORD_INSTALLED_CONFIG}")
if(NOT PATCHCORD_INSTALLED_CONFIG MATCHES "data_dir = \"/var/lib/patchcord\"")
  message(FATAL_ERROR "gateway.toml.example no longer says data_dir as cmake/install.cmake knows it")
endif()
file(WRITE "${PROJECT_BINARY_DIR}/generated/gateway.toml" "${PATCHCORD_INSTALLED_CONFIG}")

install(TARGETS patchcord patchcord-msn RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
configure_file(packaging/patchcord.service.in generated/patchcord.service @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/generated/patchcord.service" DESTINATION "${PATCHCORD_UNIT_DIR}")
install(FILES packaging/patchcord.socket DESTINATION "${PATCHCORD_UNIT_DIR}")
install(FILES packaging/patchcord.sysusers DESTINATION "${PATCHCORD_SYSUSERS_DIR}" RENAME patchcord.conf)
install(FILES packaging/patchcord.tmpfiles DESTINATION "${PATCHCORD_TMPFILES_DIR}" RENAME patchcord.conf)
install(FILES "${PROJECT_BINARY_DIR}/generated/gateway.toml" DESTINATION "${CMAKE_INSTALL_FULL_SYSCONFDIR}/patchcord"
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
install(FILES README.md SECURITY.md CHANGELOG.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME patchcord)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
  WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The Patchcord developers <patchcord@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser | systemd, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(script postinst prerm postrm conffiles)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/packaging/debian/${script}")
endforeach()
include(CPack)
