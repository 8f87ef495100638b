/** Options of a service that are allowed as they are, or that other rows look into. Everything else is `unknown_option`. */
export const knownServiceKeys = new Set(
  `attach blkio_config build cap_add cap_drop cgroup command configs container_name cpu_count cpu_percent cpu_period cpu_quota
  cpu_shares cpus cpuset depends_on deploy develop devices dns dns_opt dns_search domainname entrypoint env_file environment expose
  extra_hosts group_add healthcheck hostname image init ipc label_file labels links logging mac_address mem_limit mem_reservation
  mem_swappiness memswap_limit network_mode networks oom_score_adj pid pids_limit platform ports privileged profiles pull_policy
  pull_refresh_after read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt
  sysctls tmpfs tty ulimits user userns_mode uts volumes volumes_from working_dir`.split(/\s+/),
)

/** Options that have a row of their own, which refuses them whole. */
export const refusedServiceKeys = {
  annotations: 'they speak to the container runtime, past every rule',
  cgroup_parent: 'it leaves the limits Torii sets',
  cpu_rt_period: 'real-time scheduling starves the host',
  cpu_rt_runtime: 'real-time scheduling starves the host',
  credential_spec: 'it reads credentials of the host',
  device_cgroup_rules: 'they open devices of the host',
  extends: 'it should have been resolved by Compose',
  external_links: 'they lead to containers of others',
  isolation: 'it chooses another runtime',
  models: 'they start programs on the host',
  oom_kill_disable: 'it lets one container hang the host',
  post_start: 'hooks run commands that no other rule sees, privileged if they ask',
  pre_stop: 'hooks run commands that no other rule sees, privileged if they ask',
  provider: 'it runs a program on the host',
  use_api_socket: 'it hands the engine’s socket to the container',
} as const

/** Of those that nobody can allow, why. */
export const neverAllowedKeys: Record<string, string> = {
  extends: 'it would not be resolved',
  models: 'Torii starts containers, and nothing else',
  post_start: 'Torii starts the containers itself: the hook would not run',
  pre_stop: 'Torii stops the containers itself: the hook would not run',
  provider: 'Torii starts containers, and nothing else',
}

/** Options that an operator is asked for. */
export const askedServiceKeys = {
  gpus: 'it takes devices of the host',
} as const
