# Sourced with $home (this language's folder) and $toolchain set: MSBuild takes these variables as properties of every
# project. The framework is named in full, since this SDK takes "net8.0" for a .NET Framework.
SQLACC_CSHARP_TOOLCHAIN=$toolchain
SqlaccRuntime=$(echo "$toolchain"/dotnet/shared/Microsoft.NETCore.App/8.*)
SqlaccNUnit=$toolchain/nunit
DirectoryBuildTargetsPath=$home/toolchain/sdk/Net8.targets
TargetFrameworkIdentifier=.NETCoreApp
TargetFrameworkVersion=v8.0
CscToolPath=$home/toolchain/sdk
CscToolExe=csc
UseSharedCompilation=false
export SQLACC_CSHARP_TOOLCHAIN SqlaccRuntime SqlaccNUnit DirectoryBuildTargetsPath TargetFrameworkIdentifier \
  TargetFrameworkVersion CscToolPath CscToolExe UseSharedCompilation
