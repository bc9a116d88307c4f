// Starts the native program for this runner and stands in for it until it ends.
//
// Only JavaScript and container actions are given the artifact service's address and token,
// so the action's entry point has to be JavaScript. This file knows platforms, signals and
// exit codes; it knows nothing about Git, inputs or outputs. No dependencies, node 20 or newer.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');

const PROGRAM = process.platform === 'win32' ? 'sync-action.exe' : 'sync-action';

const FOLDERS = {
  'linux x64': 'linux-x64',
  'linux arm64': 'linux-arm64',
  'darwin arm64': 'macos-arm64',
  'darwin x64': 'macos-x64',
  'win32 x64': 'windows-x64',
  'win32 arm64': 'windows-x64', // Windows 11 on ARM runs x64 programs
};

// Where the program itself looks for trusted roots, apart from SSL_CERT_FILE.
const SYSTEM_ROOTS = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Alpine
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // CentOS
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/ssl/cert.pem', // Alpine, macOS
];

// As an annotation where a runner reads it, else in plain words.
function fail(message, exitCode = 1) {
  if (process.env.GITHUB_ACTIONS === 'true') {
    const data = message.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
    process.stdout.write(`::error::${data}\n`);
  } else {
    process.stdout.write(`error: ${message}\n`);
  }
  process.exitCode = exitCode;
}

function explainMissing(platform) {
  const has = (folder) => fs.existsSync(path.join(__dirname, folder, PROGRAM));
  const offered = [...new Set(Object.values(FOLDERS))].filter(
    (folder) => has(folder) || fs.existsSync(path.join(__dirname, folder, 'sync-action.exe')));
  return `sync-action has no program for ${platform} in this version. ` +
    (offered.length > 0
      ? `Use a runner of one of these kinds: ${offered.join(', ')}`
      : 'The dist folder holds no program at all: use a released tag') +
    '; or build it for this platform with scripts/build-dist.';
}

// Statically linked TLS finds no roots by itself on Windows and in bare containers: there it
// is given those that node trusts. Returns the folder to remove afterwards, or undefined.
function provideRoots(env) {
  if (env.SSL_CERT_FILE) return undefined;
  if (process.platform !== 'win32' && SYSTEM_ROOTS.some((file) => fs.existsSync(file))) {
    return undefined;
  }
  const roots = trustedRoots(env).join('\n') + '\n'; // before there is a folder to leave behind
  const folder = makeFolder(env);
  const file = path.join(folder, 'roots.pem');
  try {
    fs.writeFileSync(file, roots, { mode: 0o600 });
  } catch (error) {
    fs.rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  env.SYNC_ACTION_NODE_ROOTS = file;
  return folder;
}

// In RUNNER_TEMP, which a container may lack though it is named; else where the system has such.
function makeFolder(env) {
  const stem = (parent) => path.join(parent, 'sync-action-');
  if (env.RUNNER_TEMP) {
    try {
      fs.mkdirSync(env.RUNNER_TEMP, { recursive: true });
      return fs.mkdtempSync(stem(env.RUNNER_TEMP));
    } catch {
      // the system's own folder will do, or tell what is wrong
    }
  }
  return fs.mkdtempSync(stem(os.tmpdir()));
}

function trustedRoots(env) {
  const tls = require('node:tls'); // costs start-up time, so only when it is needed
  if (typeof tls.getCACertificates === 'function') {
    // 'extra' is NODE_EXTRA_CA_CERTS, 'system' the Windows store: a company's own authority.
    const all = ['bundled', 'extra', 'system'].flatMap((kind) => tls.getCACertificates(kind));
    return [...new Set(all)];
  }
  return [...tls.rootCertificates, ...extraRoots(env)];
}

// The program reads NODE_EXTRA_CA_CERTS too, and says so by name where it cannot be read.
function extraRoots(env) {
  try {
    return env.NODE_EXTRA_CA_CERTS ? [fs.readFileSync(env.NODE_EXTRA_CA_CERTS, 'utf8')] : [];
  } catch {
    return [];
  }
}

// What is wrong with the file, if no system of this kind starts it; undefined: nothing that can be
// seen. The system would hand it to a shell, which may even call that a success.
function faultOf(program) {
  const head = Buffer.alloc(4096);
  let length;
  try {
    const file = fs.openSync(program, 'r');
    try {
      length = fs.readSync(file, head, 0, head.length, 0);
    } finally {
      fs.closeSync(file);
    }
  } catch {
    return undefined; // starting it tells why it cannot be read
  }
  const isOf = (machines) => (machines[process.arch] === undefined ||
    [machines[process.arch]].flat().includes(machine));
  const system = { linux: 'ELF', darwin: 'Mach-O', win32: 'Windows' }[process.platform];
  let kind;
  let machine;
  let fits = true;
  if (head.toString('latin1', 0, 2) === '#!') return undefined;
  if (head.toString('hex', 0, 4) === '7f454c46') {
    kind = 'ELF';
    machine = head.readUInt16LE(18);
    fits = isOf({ x64: 0x3e, arm64: 0xb7 });
  } else if (head.toString('hex', 0, 4) === 'cffaedfe') {
    kind = 'Mach-O';
    machine = head.readUInt32LE(4);
    fits = isOf({ x64: 0x1000007, arm64: 0x100000c });
  } else if (head.toString('hex', 0, 4) === 'cafebabe') {
    kind = 'Mach-O'; // of several processors
  } else if (head.toString('latin1', 0, 2) === 'MZ') {
    kind = 'Windows';
    const header = head.readUInt32LE(0x3c);
    if (header + 6 <= length) {
      machine = head.readUInt16LE(header + 4);
      fits = isOf({ x64: 0x8664, arm64: [0x8664, 0xaa64] });
    }
  } else {
    return 'no program: it is empty or was cut';
  }
  if (fits && (system === undefined || kind === system)) return undefined;
  return `no program for ${process.platform} ${process.arch}: it was made for another ` +
    (kind === system ? 'processor' : 'system');
}

function main() {
  const platform = `${process.platform} ${process.arch}`;
  const folder = FOLDERS[platform];
  const program = folder && path.join(__dirname, folder, PROGRAM);
  if (!program || !fs.existsSync(program)) return fail(explainMissing(platform));
  const fault = faultOf(program);
  if (fault) return fail(`${program} is ${fault}. Check the action out again, from a released tag`);

  const env = { ...process.env };
  let rootsFolder;
  try {
    rootsFolder = provideRoots(env);
  } catch (error) {
    return fail('cannot write the trusted roots for sync-action to a temporary folder ' +
      `(RUNNER_TEMP is '${env.RUNNER_TEMP || ''}'): ${error.message}`);
  }
  process.on('exit', () => {
    if (rootsFolder) fs.rmSync(rootsFolder, { recursive: true, force: true });
  });

  // On cancel the runner signals this process alone. On Windows the console event reaches the
  // child by itself and kill() would end it at once, so there the signal is only survived.
  let child;
  const survive = process.platform === 'win32' ? () => {} : (signal) => child.kill(signal);
  const asked = process.platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  for (const signal of asked) {
    if (signal in os.constants.signals) process.on(signal, survive);
  }

  const start = (mayRepair) => {
    child = spawn(program, process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', (error) => {
      if (error.code === 'EACCES' && mayRepair) {
        try {
          fs.chmodSync(program, 0o755); // the bit is lost when the action travelled as a zip
        } catch {
          // a read-only folder: the second attempt tells
        }
        return start(false);
      }
      fail(`cannot start sync-action (${program}): ${error.message}`);
    });
    child.on('exit', (code, signal) => {
      if (signal === null) {
        process.exitCode = code;
      } else {
        fail(`sync-action was ended by ${signal}`, 128 + os.constants.signals[signal]);
      }
    });
  };
  start(true);
}

main();
