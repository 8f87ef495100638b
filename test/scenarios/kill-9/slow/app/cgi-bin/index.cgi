#!/bin/sh
sleep 2
printf "Content-Type: text/plain\r\n\r\nslow but there\n"
