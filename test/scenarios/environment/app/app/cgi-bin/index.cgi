#!/bin/sh
printf "Content-Type: text/plain\r\n\r\n"
tr "\0" "\n" < /proc/1/environ
