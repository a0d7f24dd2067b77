#!/bin/sh
# Builds and packs the shipped csproj, and builds and runs a program that uses the package from a folder feed.
# usage: pack.sh TOOLCHAIN GENERATED WORK
set -eu
here=$(cd "$(dirname "$0")" && pwd)
toolchain=$1
generated=$2
work=$3
. "$here/env.sh"
runtime=$(echo "$toolchain"/dotnet/shared/Microsoft.NETCore.App/8.*)
mkdir -p "$work/csc" "$work/feed" "$work/consumer" "$work/home"
HOME="$work/home" # dotnet keeps profiles of its start there, whatever DOTNET_CLI_HOME says
DOTNET_CLI_HOME="$HOME"
NUGET_PACKAGES="$HOME/nuget"
export HOME DOTNET_CLI_HOME NUGET_PACKAGES
printf '#!/bin/sh\nexec "%s/dotnet/dotnet" exec "%s/roslyn/csc.dll" "$@"\n' "$toolchain" "$toolchain" > "$work/csc/csc"
chmod +x "$work/csc/csc"
cp -R "$generated" "$work/source"
cp "$here/Directory.Build.targets" "$work/Directory.Build.targets"
cat > "$work/nuget.config" <<XML
<configuration><packageSources><clear /><add key="feed" value="$work/feed" /></packageSources></configuration>
XML

build() { # project, further arguments
  project=$1
  shift
  dotnet build "$project" -c Release -nologo -v quiet -p:SqlaccRuntime="$runtime" -p:UseSharedCompilation=false \
    -p:CscToolPath="$work/csc" -p:CscToolExe=csc "$@"
}

build "$work/source/src/Sqlacc.Client/Sqlacc.Client.csproj" -p:TargetFrameworks=netcoreapp3.1
dotnet pack "$work/source/src/Sqlacc.Client/Sqlacc.Client.csproj" -c Release -nologo -v quiet --no-build \
  -p:SqlaccRuntime="$runtime" -p:TargetFrameworks=netcoreapp3.1 -o "$work/feed"
package=$(echo "$work"/feed/Sqlacc.Client.*.nupkg)
python3 -m zipfile -l "$package" > "$work/package.txt"
for part in lib/netcoreapp3.1/Sqlacc.Client.dll lib/netcoreapp3.1/Sqlacc.Client.xml README.md LICENSE CHANGELOG.md; do
  grep -q "^$part " "$work/package.txt" || { echo "the package has no $part" >&2; exit 1; }
done

cat > "$work/consumer/consumer.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>netcoreapp3.1</TargetFramework>
    <UseAppHost>false</UseAppHost>
    <LangVersion>12.0</LangVersion>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Sqlacc.Client" Version="*" />
  </ItemGroup>
</Project>
XML
cat > "$work/consumer/Program.cs" <<'CS'
using System;
using Sqlacc;
using Sqlacc.Testing;

using var client = new FakeServer().CreateClient();
var agent = await client.Agents.CreateAsync(new Agent { Code = "SMITH", Description = "Smith" });
Console.WriteLine(agent.Code);
CS
build "$work/consumer/consumer.csproj"
[ "$(dotnet exec --runtimeconfig "$toolchain/roslyn/csc.runtimeconfig.json" "$work/consumer/bin/Release/netcoreapp3.1/consumer.dll")" = SMITH ]
