# Sourced with $toolchain set to the folder of the C# toolchain: the environment of every dotnet command.
DOTNET_ROOT="$toolchain/dotnet"
DOTNET_ROLL_FORWARD=Major
DOTNET_CLI_HOME="$toolchain/home"
NUGET_PACKAGES="$toolchain/home/nuget"
DOTNET_CLI_TELEMETRY_OPTOUT=1
DOTNET_NOLOGO=1
DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
DOTNET_EnableDiagnostics=0 # no pipes of a debugger in the temporary folder
DOTNET_GENERATE_ASPNET_CERTIFICATE=false
DOTNET_TieredPGO=0 # what runs for seconds only does not earn back what measuring it costs: half of a compilation
DOTNET_gcConcurrent=0
MSBUILDDISABLENODEREUSE=1
PATH="$DOTNET_ROOT:$PATH"
export DOTNET_ROOT DOTNET_ROLL_FORWARD DOTNET_CLI_HOME NUGET_PACKAGES DOTNET_CLI_TELEMETRY_OPTOUT DOTNET_NOLOGO \
  DOTNET_SKIP_FIRST_TIME_EXPERIENCE DOTNET_EnableDiagnostics DOTNET_GENERATE_ASPNET_CERTIFICATE DOTNET_TieredPGO DOTNET_gcConcurrent MSBUILDDISABLENODEREUSE PATH
