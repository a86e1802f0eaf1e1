#!/bin/sh
# llhttp.sh - fetch the C sources of the HTTP parser into FOLDER:  llhttp.sh FOLDER
# They come in a Debian package that is unpacked here and not installed.
set -eu
folder=$1
mkdir -p "$folder"
cd "$folder"
if [ ! -f package.deb ]; then
    echo "Fetching the source of the HTTP parser llhttp (Debian package node-llhttp)"
    apt-get -o APT::Sandbox::User="$(id -un)" download node-llhttp > /dev/null
    mv node-llhttp_*.deb package.deb
fi
rm -rf unpacked
dpkg-deb -x package.deb unpacked
cp unpacked/usr/share/include/llhttp/llhttp.h .
cp unpacked/usr/share/llhttp/api.c unpacked/usr/share/llhttp/http.c .
# The sources say #include "llhttp.h"; the copy beside them answers.
cp unpacked/usr/share/llhttp/llhttp.c .
