# Answers each request with the same status, in Traefik's own words for it.
while IFS= read -r line && [ "${line%$'\r'}" != "" ]; do :; done
case $STATUS in
  404*) body='404 page not found' ;;
  502*) body='Bad Gateway' ;;
  *) body="this is $STATUS" ;;
esac
printf 'HTTP/1.1 %s\r\nLocation: https://elsewhere.example/\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' "$STATUS" ${#body} "$body"
