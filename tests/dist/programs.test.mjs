// What every program in dist/ promises whatever it does: its format, what it needs from the system,
// its size. Read by llvm-readobj, which knows all three formats; nothing is run but the program of
// this machine.
//
//   SYNC_ACTION_DIST=<folder> node --test tests/dist/programs.test.mjs      default: dist/
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = path.resolve(process.env.SYNC_ACTION_DIST ?? path.join(root, 'dist'));
const mebibyte = 1024 * 1024;

const programs = Object.fromEntries(
  ['linux-x64', 'linux-arm64', 'windows-x64', 'macos-arm64', 'macos-x64'].map((target) =>
    [target, path.join(dist, target, target.startsWith('windows') ? 'sync-action.exe' : 'sync-action')]));
const here = Object.entries(programs).filter(([, file]) => fs.existsSync(file));

const reader = ['llvm-readobj', 'llvm-readobj-14', 'llvm-readobj-18']
  .find((name) => spawnSync(name, ['--version']).status === 0);
const readable = { skip: !reader && 'needs llvm-readobj (Debian: llvm)' };
const read = (file, ...what) =>
  execFileSync(reader, [...what, file], { encoding: 'utf8', maxBuffer: 64 * mebibyte });

function missingHere(target) {
  return !fs.existsSync(programs[target]) && `${path.relative(root, programs[target])} is not there`;
}
function about(target, what, test) {
  it(`${target}: ${what}`, { skip: readable.skip || missingHere(target) }, () => test(programs[target]));
}

describe('all programs', () => {
  it('take at most 40 MB together, each at most 8 MB', () => {
    const sizes = here.map(([target, file]) => [target, fs.statSync(file).size]);
    for (const [target, size] of sizes) assert.ok(size <= 8e6, `${target}: ${size} bytes`);
    const all = fs.readdirSync(dist, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size);
    assert.ok(all.reduce((sum, size) => sum + size, 0) <= 40e6);
  });

  it('hold no path of the machine that built them', () => {
    const places = [root, os.homedir() + '/', '/build/dist/', '/build/deps/', '/prefix/include/'];
    for (const [target, file] of here) {
      const bytes = fs.readFileSync(file);
      for (const place of places) assert.ok(!bytes.includes(place), `${target} holds ${place}`);
    }
  });
});

describe('Linux', () => {
  for (const [target, machine] of [['linux-x64', 'EM_X86_64'], ['linux-arm64', 'EM_AARCH64']]) {
    about(target, 'is static: no interpreter, no library', (file) => {
      assert.match(read(file, '--file-headers'), new RegExp(`Machine: ${machine} `));
      assert.doesNotMatch(read(file, '--program-headers'), /PT_INTERP/);
      assert.match(read(file, '--needed-libs'), /NeededLibraries \[\s*\]/);
    });
    about(target, 'has no writable code, and its relocations are read-only', (file) => {
      const headers = read(file, '--program-headers');
      assert.match(headers, /PT_GNU_RELRO/);
      const flags = [...headers.matchAll(/Flags \[ \(0x([0-9A-F]+)\)/g)].map((m) => parseInt(m[1], 16));
      assert.deepEqual(flags.filter((bits) => (bits & 3) === 3), []); // PF_X and PF_W
    });
  }
});

describe('Windows', () => {
  // Those of every Windows since 10.
  const system = /^(KERNEL32|msvcrt|WS2_32|ADVAPI32|CRYPT32|bcrypt|IPHLPAPI|Secur32|SHELL32|USER32|ole32|RPCRT4|SHLWAPI|VERSION)\.dll$/i;

  about('windows-x64', 'imports only what Windows brings', (file) => {
    assert.match(read(file, '--file-headers'), /Machine: IMAGE_FILE_MACHINE_AMD64/);
    const imports = [...read(file, '--coff-imports').matchAll(/^ +Name: (\S+)$/gm)].map((m) => m[1]);
    assert.notEqual(imports.length, 0);
    assert.deepEqual(imports.filter((name) => !system.test(name)), []);
  });
  about('windows-x64', 'is a console program, loaded anywhere, with no code in its data', (file) => {
    const headers = read(file, '--file-headers');
    assert.match(headers, /IMAGE_SUBSYSTEM_WINDOWS_CUI/);
    assert.match(headers, /IMAGE_DLL_CHARACTERISTICS_DYNAMIC_BASE/);
    assert.match(headers, /IMAGE_DLL_CHARACTERISTICS_NX_COMPAT/);
  });
});

describe('macOS', () => {
  for (const [target, machine] of [['macos-arm64', 'Arm64'], ['macos-x64', 'X86-64']]) {
    about(target, 'runs on macOS 13 and links only libSystem', (file) => {
      const headers = read(file, '--file-headers');
      assert.match(headers, new RegExp(`CpuType: ${machine} `, 'i'));
      assert.match(headers, /FileType: Executable/);
      assert.match(headers, /MH_PIE/);
      const version = read(file, '--macho-version-min');
      assert.match(version, /Platform: macos/i);
      assert.match(version, /Version: 13\.0/);
      const needed = /NeededLibraries \[([^\]]*)\]/.exec(read(file, '--needed-libs'))[1];
      assert.deepEqual(needed.trim().split(/\s+/), ['/usr/lib/libSystem.B.dylib']);
    });
  }
  // It ends a program at the first page that does not fit. On x64 it asks for no signature.
  about('macos-arm64', 'carries a signature of every one of its pages', (file) => {
    const { pages, wrong } = checkSignature(fs.readFileSync(file));
    assert.ok(pages > 0);
    assert.deepEqual(wrong, []);
  });
});

// The ad-hoc signature of a 64-bit Mach-O file: the code directory's hashes against the pages.
// Numbers: mach-o/loader.h; inside the signature, which is big-endian: cs_blobs.h of XNU.
function checkSignature(bytes) {
  const LC_CODE_SIGNATURE = 0x1d;
  const CODE_DIRECTORY = 0xfade0c02;
  let at = 32;
  let signature;
  for (let left = bytes.readUInt32LE(16); left > 0; --left) {
    if (bytes.readUInt32LE(at) === LC_CODE_SIGNATURE) {
      signature = bytes.subarray(bytes.readUInt32LE(at + 8)).subarray(0, bytes.readUInt32LE(at + 12));
    }
    at += bytes.readUInt32LE(at + 4);
  }
  assert.ok(signature, 'there is no signature');
  const blobs = Array.from({ length: signature.readUInt32BE(8) },
    (_, i) => signature.subarray(signature.readUInt32BE(12 + 8 * i + 4)));
  const directory = blobs.find((blob) => blob.readUInt32BE(0) === CODE_DIRECTORY);
  assert.ok(directory, 'the signature has no code directory');
  const [hashes, pages, end] = [16, 28, 32].map((place) => directory.readUInt32BE(place));
  assert.deepEqual([directory[36], directory[37]], [32, 2], 'SHA-256');
  assert.equal(end, bytes.length - signature.length);
  const pageSize = 2 ** directory[39];
  assert.equal(pages, Math.ceil(end / pageSize));
  const wrong = [];
  for (let page = 0; page < pages; ++page) {
    const content = bytes.subarray(page * pageSize, Math.min((page + 1) * pageSize, end));
    const hash = createHash('sha256').update(content).digest();
    if (!hash.equals(directory.subarray(hashes + 32 * page).subarray(0, 32))) wrong.push(page);
  }
  return { pages, wrong };
}

describe('the program of this machine', () => {
  const system = { linux: 'linux', darwin: 'macos', win32: 'windows' }[process.platform];
  const target = `${system}-${process.arch}`;

  it('says its version within 20 ms', { skip: !programs[target] || missingHere(target) }, () => {
    const times = Array.from({ length: 21 }, () => {
      const start = process.hrtime.bigint();
      const { status, stdout } = spawnSync(programs[target], ['--version'], { encoding: 'utf8' });
      assert.equal(status, 0);
      assert.match(stdout, /^sync-action \d+\.\d+\.\d+\r?\nsource: [0-9a-f]{64}/);
      return Number(process.hrtime.bigint() - start) / 1e6;
    }).sort((a, b) => a - b);
    assert.ok(times[10] <= 20, `the middle one of 21 took ${times[10]} ms`);
  });
});
