#!/bin/sh
printf "Status: 500 Oops\r\nContent-Type: text/plain\r\n\r\nmy database is gone\n"
