import { expect, test } from 'vitest'
import { findCgroup, readCgroup } from './cgroup-path.js'

const HYBRID_CGROUP = '9:name=systemd:/\n4:memory:/job/a1\n2:cpu,cpuacct:/job/a1\n0::/unified/a1\n'
const HYBRID_MOUNTS = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`

test('version 1 controllers are found by mount option, with every level above the process', () => {
  expect(findCgroup(HYBRID_CGROUP, HYBRID_MOUNTS, 'cpu')).toEqual({
    version: 1,
    directories: ['/sys/fs/cgroup/cpu/job/a1', '/sys/fs/cgroup/cpu/job', '/sys/fs/cgroup/cpu'],
  })
  expect(findCgroup(HYBRID_CGROUP, HYBRID_MOUNTS, 'memory')?.directories[0]).toBe('/sys/fs/cgroup/memory/job/a1')
})

test('version 2 has one hierarchy for all controllers', () => {
  const mounts = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n'
  expect(findCgroup('0::/user.slice/app.scope\n', mounts, 'cpu')).toEqual({
    version: 2,
    directories: ['/sys/fs/cgroup/user.slice/app.scope', '/sys/fs/cgroup/user.slice', '/sys/fs/cgroup'],
  })
  expect(findCgroup('0::/\n', mounts, 'memory')).toEqual({ version: 2, directories: ['/sys/fs/cgroup'] })
})

test('in a container the path is cut to what the mount shows of the hierarchy', () => {
  const mounts = '700 690 0:29 /docker/abc /sys/fs/cgroup/cpu ro,nosuid master:11 - cgroup cgroup rw,cpu\n'
  expect(findCgroup('2:cpu:/docker/abc/inner\n', mounts, 'cpu')?.directories).toEqual([
    '/sys/fs/cgroup/cpu/inner',
    '/sys/fs/cgroup/cpu',
  ])
  expect(findCgroup('2:cpu:/docker/abc\n', mounts, 'cpu')?.directories).toEqual(['/sys/fs/cgroup/cpu'])
})

test('blanks in a mount point are decoded, and colons in a cgroup name kept', () => {
  const mounts = String.raw`30 23 0:26 / /mnt/my\040cgroups rw - cgroup2 cgroup2 rw`
  expect(findCgroup('0::/a:b\n', mounts, 'cpu')?.directories[0]).toBe('/mnt/my cgroups/a:b')
})

test('no mount, no membership and no process are no cgroup', () => {
  expect(findCgroup('0::/a\n', '', 'cpu')).toBeNull()
  expect(findCgroup('', HYBRID_MOUNTS, 'cpu')).toBeNull()
  expect(readCgroup('/nonexistent', 1, 'cpu')).toBeNull()
})
