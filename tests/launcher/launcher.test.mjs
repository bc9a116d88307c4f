// The launcher (dist/index.js) against stand-ins for the native program.
//
// The stand-in is node itself, linked under the program's name: the launcher passes its
// arguments on, so each test hands it a few lines of JavaScript to play the program.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const windows = process.platform === 'win32';
const systemName = { linux: 'linux', darwin: 'macos', win32: 'windows' }[process.platform];
const folder = `${systemName}-${windows ? 'x64' : process.arch}`;
const posixOnly = { skip: windows && 'needs POSIX signals and modes' };

let scratch;
before(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'launcher-test-'));
});
after(() => fs.rmSync(scratch, { recursive: true, force: true }));

// A fresh dist folder. `place` puts something at the program's path; none: no program.
function makeDist(place) {
  const dist = fs.mkdtempSync(path.join(scratch, 'dist-'));
  fs.copyFileSync(launcher, path.join(dist, 'index.js'));
  const program = path.join(dist, folder, windows ? 'sync-action.exe' : 'sync-action');
  fs.mkdirSync(path.dirname(program));
  if (place) place(program);
  return { index: path.join(dist, 'index.js'), program };
}

function placeNode(program) {
  if (windows) fs.copyFileSync(process.execPath, program);
  else fs.symlinkSync(process.execPath, program);
}

function run({ index }, args, { env = {}, nodeArgs = [] } = {}) {
  const all = { ...process.env, SSL_CERT_FILE: 'given', GITHUB_ACTIONS: 'true', ...env };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  return spawnSync(process.execPath, [...nodeArgs, index, ...args], {
    encoding: 'utf8',
    env: all,
  });
}

// A module for `node --require` that changes what the launcher sees of its surroundings.
function preload(source) {
  const file = path.join(fs.mkdtempSync(path.join(scratch, 'preload-')), 'preload.cjs');
  fs.writeFileSync(file, source);
  return ['--require', file];
}
const noSystemRoots = `
  const fs = require('node:fs');
  const real = fs.existsSync;
  fs.existsSync = (file) => !String(file).startsWith('/etc/') && real(file);`;

// Self-signed, its key thrown away: a root that node does not carry.
const ownRoot = `-----BEGIN CERTIFICATE-----
MIIBkTCCATegAwIBAgIUE+Ftfzz6DapbPIpMe+5mUprudQcwCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSbGF1bmNoZXIgdGVzdCByb290MCAXDTI2MTEyMjE1NDQxM1oY
DzIxMjYxMDI5MTU0NDEzWjAdMRswGQYDVQQDDBJsYXVuY2hlciB0ZXN0IHJvb3Qw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAROrFNFGF5siDXt9OhDa2oM/rYWrpgo
LkxGOUa2kXimIJYQKj398o2h+i5ZZfjPFFgeTwFC7j3qfHU3nUWdMmBuo1MwUTAd
BgNVHQ4EFgQUncCWHaX1kDVUrTH21IT7TGTtymIwHwYDVR0jBBgwFoAUncCWHaX1
kDVUrTH21IT7TGTtymIwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBF
AiBCNcboJvBSB7xjn9xMPup5Ry2BwsBVFqqM/TL3UZJligIhAKo37Oug+yWVwAmH
O9unREeIvcEimiGxxVxKvaN36M0g
-----END CERTIFICATE-----`;

describe('the launcher', () => {
  it('returns the exit code of the program', () => {
    const dist = makeDist(placeNode);
    for (const code of [0, 1, 2, 3, 70]) {
      assert.equal(run(dist, ['-e', `process.exit(${code})`]).status, code);
    }
  });

  it('passes arguments, environment and output on', () => {
    const script = 'console.log(process.env.INPUT_TARGET_REPO, process.argv.slice(1))';
    const result = run(makeDist(placeNode), ['-e', script, '--', '--dry_run=true', 'two words'], {
      env: { INPUT_TARGET_REPO: 'owner/name' },
    });
    assert.equal(result.stdout, "owner/name [ '--dry_run=true', 'two words' ]\n");
    assert.equal(result.stderr, '');
  });

  it('gives the program an empty standard input', () => {
    const script = 'console.log(require("node:fs").readFileSync(0).length)';
    assert.equal(run(makeDist(placeNode), ['-e', script]).stdout, '0\n');
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    it(`forwards ${signal} and waits for the program to finish`, posixOnly, async () => {
      const script = `process.on('${signal}', () => setTimeout(() => {
          console.log('tidied'); process.exit(5);
        }, 100));
        setInterval(() => {}, 1000);
        console.log('ready');`;
      const { index } = makeDist(placeNode);
      const node = spawn(process.execPath, [index, '-e', script], {
        env: { ...process.env, SSL_CERT_FILE: 'given' },
      });
      let output = '';
      node.stdout.on('data', (data) => {
        output += data;
        if (String(data).includes('ready')) node.kill(signal);
      });
      const status = await new Promise((resolve) => node.on('close', resolve));
      assert.equal(output, 'ready\ntidied\n');
      assert.equal(status, 5);
    });
  }

  it('says which signal ended the program and returns 128 + n', posixOnly, () => {
    const result = run(makeDist(placeNode), ['-e', 'process.kill(process.pid, "SIGKILL")']);
    assert.equal(result.status, 137);
    assert.equal(result.stdout, '::error::sync-action was ended by SIGKILL\n');
  });

  it('names the platform and the remedy when there is no program for it', () => {
    const pretend = preload("Object.defineProperty(process, 'arch', { value: 'riscv64' });");
    const result = run(makeDist(placeNode), [], { nodeArgs: pretend });
    assert.equal(result.status, 1);
    assert.match(result.stdout, /^::error::[^\n]*\briscv64\b[^\n]*\n$/);
    assert.match(result.stdout, new RegExp(`one of these kinds: ${folder};`));
    assert.match(result.stdout, /scripts\/build-dist/);
  });

  it('speaks in plain words where no runner reads workflow commands', () => {
    const result = run(makeDist(), [], { env: { GITHUB_ACTIONS: undefined } });
    assert.equal(result.status, 1);
    assert.match(result.stdout, /^error: [^\n]*released tag[^\n]*\n$/);
  });

  it('says so when the dist folder holds no program at all', () => {
    const result = run(makeDist(), []);
    assert.equal(result.status, 1);
    assert.match(result.stdout, /^::error::[^\n]*released tag[^\n]*\n$/);
  });

  for (const [what, text] of [
    ['empty', ''],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\n'],
  ]) {
    it(`does not call it a success when the program is ${what}`, posixOnly, () => {
      const dist = makeDist((program) => fs.writeFileSync(program, text, { mode: 0o755 }));
      const result = run(dist, []);
      assert.equal(result.status, 1);
      assert.match(result.stdout, /^::error::[^\n]*is no program[^\n]*released tag\n$/);
    });
  }

  // The first bytes of a program as each system writes them.
  function start(kind, machine) {
    const head = Buffer.alloc(256);
    if (kind === 'ELF') {
      head.write('7f454c46020101', 'hex');
      head.writeUInt16LE({ x64: 0x3e, arm64: 0xb7 }[machine], 18);
    } else if (kind === 'Mach-O') {
      head.write('cffaedfe', 'hex');
      head.writeUInt32LE({ x64: 0x1000007, arm64: 0x100000c }[machine], 4);
    } else {
      head.write('MZ');
      head.writeUInt32LE(0x80, 0x3c);
      head.write('PE\0\0', 0x80);
      head.writeUInt16LE({ x64: 0x8664, arm64: 0xaa64 }[machine], 0x84);
    }
    return head;
  }
  const own = { linux: 'ELF', darwin: 'Mach-O', win32: 'PE' }[process.platform];
  const otherProcessor = process.arch === 'x64' ? 'arm64' : 'x64';

  for (const [what, head, why] of [
    ['another processor', start(own, otherProcessor), 'another processor'],
    ['another system', start(own === 'ELF' ? 'PE' : 'ELF', process.arch), 'another system'],
  ]) {
    it(`hands a program of ${what} to no shell`, posixOnly, () => {
      const dist = makeDist((program) => fs.writeFileSync(program, head, { mode: 0o755 }));
      const result = run(dist, []);
      assert.equal(result.status, 1);
      assert.match(result.stdout, new RegExp(`^::error::[^\\n]*made for ${why}[^\\n]*\\n$`));
      assert.equal(result.stderr, '');
    });
  }

  it('restores a lost execute bit', posixOnly, () => {
    const dist = makeDist((program) => {
      fs.writeFileSync(program, '#!/bin/sh\necho started "$@"\nexit 4\n', { mode: 0o644 });
    });
    const result = run(dist, ['now']);
    assert.equal(result.stdout, 'started now\n');
    assert.equal(result.status, 4);
  });

  it('reports a program that cannot be started, on one escaped line', posixOnly, () => {
    const dist = makeDist((program) => {
      fs.writeFileSync(program, '#!/no/such/interpreter\n', { mode: 0o755 });
    });
    const percent = path.join(path.dirname(dist.index), '100%\nmore');
    fs.mkdirSync(percent);
    fs.renameSync(dist.index, path.join(percent, 'index.js'));
    fs.renameSync(path.dirname(dist.program), path.join(percent, folder));
    const result = run({ index: path.join(percent, 'index.js') }, []);
    assert.equal(result.status, 1);
    assert.match(result.stdout, /^::error::cannot start sync-action [^\n]*100%25%0Amore[^\n]*\n$/);
  });

  it('gives up when the program is not a file', posixOnly, () => {
    const result = run(makeDist((program) => fs.mkdirSync(program)), []);
    assert.equal(result.status, 1);
    assert.match(result.stdout, /^::error::cannot start sync-action [^\n]*EACCES[^\n]*\n$/);
  });
});

describe('trusted roots', () => {
  const show = `const fs = require('node:fs');
    const file = process.env.SYNC_ACTION_NODE_ROOTS;
    console.log(JSON.stringify({ file, text: file && fs.readFileSync(file, 'utf8') }));`;

  function rootsSeen(env, nodeArgs) {
    const temp = fs.mkdtempSync(path.join(scratch, 'runner-temp-'));
    const result = run(makeDist(placeNode), ['-e', show], {
      env: { SSL_CERT_FILE: undefined, RUNNER_TEMP: temp, ...env },
      nodeArgs,
    });
    assert.equal(result.status, 0, result.stdout + result.stderr);
    return { ...JSON.parse(result.stdout), temp };
  }

  it("are node's own where the system has none, and are removed afterwards", () => {
    const { file, text, temp } = rootsSeen({}, preload(noSystemRoots));
    assert.equal(path.dirname(path.dirname(file)), temp);
    assert.ok(text.match(/-----BEGIN CERTIFICATE-----/g).length > 100);
    assert.deepEqual(fs.readdirSync(temp), []);
  });

  it('include NODE_EXTRA_CA_CERTS', () => {
    const extra = path.join(scratch, 'extra.pem');
    fs.writeFileSync(extra, ownRoot);
    const { text } = rootsSeen({ NODE_EXTRA_CA_CERTS: extra }, preload(noSystemRoots));
    assert.ok(text.includes(ownRoot));
  });

  it('do without a NODE_EXTRA_CA_CERTS that cannot be read, which the program will name', () => {
    for (const getter of ['', 'delete require("node:tls").getCACertificates;']) {
      const { text, temp } = rootsSeen({ NODE_EXTRA_CA_CERTS: scratch }, preload(noSystemRoots + getter));
      assert.ok(text.match(/-----BEGIN CERTIFICATE-----/g).length > 100);
      assert.deepEqual(fs.readdirSync(temp), []);
    }
  });

  it('are written although RUNNER_TEMP is not there yet', () => {
    const missing = path.join(scratch, 'not', 'yet');
    const { file } = rootsSeen({ RUNNER_TEMP: missing }, preload(noSystemRoots));
    assert.equal(path.dirname(path.dirname(file)), missing);
  });

  it('are written elsewhere when RUNNER_TEMP cannot be a folder', () => {
    const { file } = rootsSeen({ RUNNER_TEMP: launcher }, preload(noSystemRoots));
    assert.equal(path.dirname(path.dirname(file)), os.tmpdir());
  });

  it('are left alone when SSL_CERT_FILE is set', () => {
    assert.equal(rootsSeen({ SSL_CERT_FILE: 'own.pem' }, preload(noSystemRoots)).file, undefined);
  });

  it('are left alone where the system has a bundle', posixOnly, () => {
    const bundle = preload(`
      const fs = require('node:fs');
      const real = fs.existsSync;
      fs.existsSync = (file) => String(file).startsWith('/etc/') || real(file);`);
    assert.equal(rootsSeen({}, bundle).file, undefined);
  });
});
