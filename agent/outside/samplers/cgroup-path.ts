import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { isGone } from './proc-file.js'

/** Where a controller's files of one process are: its own cgroup first, then each ancestor that can be seen. */
export type CgroupDirectories = { readonly version: 1 | 2; readonly directories: readonly string[] }

type Mount = { readonly root: string; readonly point: string; readonly type: string; readonly options: string[] }

/**
 * From /proc/<pid>/cgroup (cgroups(7): `id:controllers:path`) and /proc/<pid>/mountinfo (proc_pid_mountinfo(5)).
 * Version 1 wins where the controller is mounted that way (hybrid hosts), else version 2; null when neither is.
 */
export function findCgroup(cgroup: string, mountinfo: string, controller: 'cpu' | 'memory'): CgroupDirectories | null {
  const memberships = cgroup.split('\n').flatMap((line) => {
    const match = /^\d+:([^:]*):(.*)$/.exec(line)
    return match ? [{ controllers: match[1].split(','), path: match[2] }] : []
  })
  const mounts = parseMounts(mountinfo)
  const v1 = memberships.find(({ controllers }) => controllers.includes(controller))
  const v1Mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller))
  if (v1 && v1Mount) return { version: 1, directories: chain(v1Mount, v1.path) }
  const v2 = memberships.find(({ controllers }) => controllers[0] === '')
  const v2Mount = mounts.find(({ type }) => type === 'cgroup2')
  return v2 && v2Mount ? { version: 2, directories: chain(v2Mount, v2.path) } : null
}

/** Of a live process; null when it, or its cgroup, cannot be seen. */
export function readCgroup(procRoot: string, pid: number | 'self', controller: 'cpu' | 'memory') {
  try {
    const read = (name: string) => readFileSync(`${procRoot}/${pid}/${name}`, 'utf8')
    return findCgroup(read('cgroup'), read('mountinfo'), controller)
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
}

// `id parent major:minor root point options [optional ...] - type source superoptions`
function parseMounts(mountinfo: string): Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ')
    if (after === undefined) return []
    const [, , , root, point] = before.split(' ')
    const [type, , options = ''] = after.split(' ')
    return [{ root: unescapePath(root), point: unescapePath(point), type, options: options.split(',') }]
  })
}

// Blanks in paths are written as octal escapes.
function unescapePath(path: string): string {
  return path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** In a container the mount shows only a subtree, whose root inside the host's hierarchy the mount names. */
function chain(mount: Mount, path: string): string[] {
  const inside = path === mount.root || path.startsWith(`${mount.root}/`) ? path.slice(mount.root.length) : path
  const directories = []
  for (let at = posix.join('/', mount.root === '/' ? path : inside); ; at = posix.dirname(at)) {
    directories.push(at === '/' ? mount.point : mount.point + at)
    if (at === '/') return directories
  }
}
