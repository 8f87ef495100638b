# Answers each request with the request itself, and keeps it.
request=
while IFS= read -r line; do
  line=${line%$'\r'}
  [ -n "$line" ] || break
  request="$request$line
"
done
printf '%s' "$request" >> /tmp/requests
printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' ${#request} "$request"
