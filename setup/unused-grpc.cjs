// Stands in for gRPC in the bundle: dockerode loads it for BuildKit sessions, which Torii does not open. Saves 18 MB of memory.
module.exports = {}
