# Sourced in generated/csharp with $toolchain set: $cache is the folder of the driver that is compiled from here.
cache=${SQLACC_CSHARP_CACHE:-$toolchain/../../.cache/csharp}/$(pwd -P | cksum | cut -d ' ' -f 1)
