#!/bin/sh
# Builds and packs the shipped csproj, and builds and runs a program that uses the package from a folder feed.
# usage: pack.sh TOOLCHAIN GENERATED WORK
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
toolchain=$1
generated=$2
work=$3
. "$home/toolchain/env.sh"
. "$home/toolchain/sdk/env.sh"
mkdir -p "$work/feed" "$work/consumer" "$work/home"
HOME="$work/home" # dotnet keeps profiles of its start there, whatever DOTNET_CLI_HOME says
DOTNET_CLI_HOME="$HOME"
NUGET_PACKAGES="$HOME/nuget"
export HOME DOTNET_CLI_HOME NUGET_PACKAGES
cp -R "$generated" "$work/source"
cat > "$work/nuget.config" <<XML
<configuration><packageSources><clear /><add key="feed" value="$work/feed" /></packageSources></configuration>
XML

dotnet pack "$work/source/src/Sqlacc.Client/Sqlacc.Client.csproj" -c Release -nologo -v quiet -o "$work/feed" # builds it
package=$(echo "$work"/feed/Sqlacc.Client.*.nupkg)
python3 -m zipfile -l "$package" > "$work/package.txt"
for part in lib/netcoreapp8.0/Sqlacc.Client.dll lib/netcoreapp8.0/Sqlacc.Client.xml README.md LICENSE CHANGELOG.md; do
  grep -q "^$part " "$work/package.txt" || { echo "the package has no $part" >&2; exit 1; }
done

cat > "$work/consumer/consumer.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net8.0</TargetFramework>
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
dotnet build "$work/consumer/consumer.csproj" -c Release -nologo -v quiet
[ "$(dotnet run -c Release --no-build --project "$work/consumer")" = SMITH ]
