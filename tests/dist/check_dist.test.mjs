// scripts/check-dist must notice one changed byte on either side: sources or committed programs.
// Works on small trees of its own, so it says nothing about whether dist/ is up to date now.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('../../scripts/', import.meta.url));
const targets = ['linux-x64', 'linux-arm64', 'windows-x64', 'macos-arm64', 'macos-x64'];
const programOf = (target) =>
  `${target}/sync-action${target.startsWith('windows') ? '.exe' : ''}`;

let tree;
const at = (name) => path.join(tree, name);
const write = (name, text) => {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), text);
};
const script = (name, ...args) =>
  spawnSync('bash', [at(`scripts/${name}`), ...args], { encoding: 'utf8' });
const check = (...args) => script('check-dist', ...args);

function flipOneByte(name, where = 0.5) {
  const bytes = fs.readFileSync(at(name));
  bytes[Math.floor((bytes.length - 1) * where)] ^= 1;
  fs.writeFileSync(at(name), bytes);
}

// What scripts/build-dist leaves behind, for programs that only hold their source id.
function pretendBuild(names) {
  const id = script('source-id').stdout.trim();
  for (const name of names) write(`dist/${programOf(name)}`, `\0program of ${id}\0`);
  const lines = names.map((name) => `    "${name}": {"source_id": "${id}", "toolchain": {}}`);
  write('dist/manifest.json', `{\n  "targets": {\n${lines.join(',\n')}\n  }\n}\n`);
  write('dist/THIRD_PARTY_NOTICES', 'licences\n');
  sumUp(names);
}

function sumUp(names) {
  const summed = ['manifest.json', 'THIRD_PARTY_NOTICES', ...names.map(programOf)];
  const hash = (name) =>
    createHash('sha256').update(fs.readFileSync(at(`dist/${name}`))).digest('hex');
  write('dist/SHA256SUMS', summed.map((name) => `${hash(name)}  ${name}\n`).join(''));
}

function refuses(result, reason) {
  assert.equal(result.status, 1, result.stdout + result.stderr);
  assert.match(result.stdout + result.stderr, reason);
}

describe('check-dist', () => {
  beforeEach(() => {
    tree = fs.mkdtempSync(path.join(os.tmpdir(), 'check-dist-'));
    fs.cpSync(scripts, at('scripts'), { recursive: true });
    write('src/main.cpp', 'int main() {}\n');
    write('src/README.md', 'the map\n');
    write('cmake/dependencies.lock', 'name: zlib\n');
    write('CMakeLists.txt', 'project(x)\n');
    pretendBuild(targets);
  });
  afterEach(() => fs.rmSync(tree, { recursive: true, force: true }));

  it('accepts programs that were built from the sources beside them', () => {
    const result = check('--all');
    assert.equal(result.status, 0, result.stderr);
    assert.equal(result.stdout + result.stderr, '');
  });

  for (const name of ['src/main.cpp', 'cmake/dependencies.lock', 'CMakeLists.txt',
    'scripts/build-deps']) {
    it(`notices one changed byte in ${name}`, () => {
      flipOneByte(name);
      refuses(check(), /the sources \(\w+\) have moved on since dist\/linux-x64\/sync-action/);
    });
  }

  it('notices a new, a renamed and a removed source', () => {
    write('src/base/new.cpp', '');
    refuses(check(), /moved on/);
    fs.rmSync(at('src/base'), { recursive: true });
    fs.renameSync(at('src/main.cpp'), at('src/other.cpp'));
    refuses(check(), /moved on/);
    fs.rmSync(at('src/other.cpp'));
    refuses(check(), /moved on/);
  });

  it('leaves documentation out of account', () => {
    write('src/README.md', 'another map\n');
    assert.equal(check('--all').status, 0);
  });

  for (const target of targets) {
    it(`notices one changed, one missing and one more byte in the program for ${target}`, () => {
      const name = `dist/${programOf(target)}`;
      const bytes = fs.readFileSync(at(name));
      const refused = () => {
        for (const args of [[], ['--all']]) {
          refuses(check(...args), new RegExp(`${programOf(target)}: FAILED`));
        }
        fs.writeFileSync(at(name), bytes);
      };
      for (const where of [0, 0.5, 1]) {
        flipOneByte(name, where);
        refused();
      }
      fs.truncateSync(at(name), bytes.length - 1);
      refused();
      fs.appendFileSync(at(name), '\0');
      refused();
      assert.equal(check('--all').status, 0);
    });

    it(`with --all, wants the program for ${target} from these sources`, () => {
      const old = fs.readFileSync(at('dist/manifest.json'), 'utf8');
      const stale = old.replace(new RegExp(`("${target}": {"source_id": ")\\w{64}`), `$1${'0'.repeat(64)}`);
      const name = `dist/${programOf(target)}`;
      write(name, `\0program of ${'0'.repeat(64)}\0`);
      write('dist/manifest.json', stale);
      sumUp(targets);
      refuses(check('--all'), new RegExp(`moved on since ${name} was built`));
    });
  }

  it('notices a changed byte in the manifest, the sums and the notices', () => {
    for (const name of ['manifest.json', 'SHA256SUMS', 'THIRD_PARTY_NOTICES']) {
      flipOneByte(`dist/${name}`);
      assert.equal(check().status, 1, name);
      flipOneByte(`dist/${name}`);
    }
    assert.equal(check().status, 0);
  });

  it('notices a manifest that was renewed without the program', () => {
    const old = fs.readFileSync(at('dist/linux-x64/sync-action'));
    flipOneByte('src/main.cpp');
    pretendBuild(targets);
    write('dist/linux-x64/sync-action', old);
    refuses(check(), /was not built from/);
  });

  it('notices a program that no list names', () => {
    pretendBuild(['linux-x64']);
    refuses(check(), /does not list dist\/linux-arm64\/sync-action/);
  });

  it('asks for every target only with --all', () => {
    for (const target of targets) fs.rmSync(at(`dist/${target}`), { recursive: true });
    pretendBuild(['linux-x64']);
    assert.equal(check().status, 0);
    refuses(check('--all'), /dist\/macos-arm64\/sync-action is missing/);
  });
});

// However Git writes the files of a clone, the hashes are those of what was committed.
describe('in a fresh clone', () => {
  const settings = [[], ['core.autocrlf=true'], ['core.autocrlf=input'], ['core.eol=crlf'],
    ['core.autocrlf=true', 'core.eol=crlf'], ['core.fileMode=false', 'core.symlinks=false']];
  const git = (cwd, ...args) => {
    const result = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args],
      { cwd, encoding: 'utf8', env: { ...process.env, GIT_CONFIG_GLOBAL: os.devNull, GIT_CONFIG_NOSYSTEM: '1' } });
    assert.equal(result.status, 0, result.stderr);
    return result.stdout;
  };
  const withSettings = (config) => config.flatMap((setting) => ['-c', setting]);
  let folder;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'check-dist-'));
    tree = path.join(folder, 'origin');
    fs.cpSync(scripts, at('scripts'), { recursive: true });
    fs.copyFileSync(path.join(scripts, '../.gitattributes'), at('.gitattributes'));
    write('src/main.cpp', 'int main() {\n}\n');
    write('cmake/dependencies.lock', 'name: zlib\n\n');
    write('CMakeLists.txt', 'project(x)\nadd_executable(x)\n');
    pretendBuild(targets);
    for (const name of targets) {
      // line ends of both kinds, which a program may well hold and Git must leave alone
      const id = script('source-id').stdout.trim();
      write(`dist/${programOf(name)}`, `a\nb\r\nprogram of ${id}\n\r\n`);
    }
    sumUp(targets);
    git(tree, 'init', '--quiet');
    git(tree, 'add', '--all');
    git(tree, 'commit', '--quiet', '--message=all');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

  for (const config of settings) {
    it(`accepts what was committed (${config.join(', ') || 'no settings'})`, () => {
      git(folder, ...withSettings(config), 'clone', '--quiet', ...withSettings(config), tree, 'clone');
      tree = path.join(folder, 'clone');
      const result = check('--all');
      assert.equal(result.status, 0, result.stdout + result.stderr);
      assert.equal(git(tree, 'status', '--porcelain'), '');
      flipOneByte('src/main.cpp');
      refuses(check(), /moved on/);
      flipOneByte('src/main.cpp');
      flipOneByte('dist/linux-x64/sync-action');
      refuses(check(), /FAILED/);
    });
  }

  const inRepository = { skip: !fs.existsSync(path.join(scripts, '../.git')) && 'this tree is no clone' };
  it('this repository has one source id, whatever the line ends', inRepository, () => {
    const here = path.join(scripts, '..');
    const ids = [settings[0], settings[4]].map((config, i) => {
      tree = path.join(folder, `clone-${i}`);
      git(folder, ...withSettings(config), 'clone', '--quiet', '--depth=1', ...withSettings(config),
        `file://${here}`, tree);
      assert.doesNotMatch(fs.readFileSync(at('scripts/source-id'), 'latin1'), /\r/);
      return script('source-id').stdout;
    });
    assert.match(ids[0], /^[0-9a-f]{64}\n$/);
    assert.deepEqual([...new Set(ids)], [ids[0]]);
    // and the committed programs are as they were committed
    const sums = spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: at('dist'), encoding: 'utf8' });
    assert.equal(sums.status, 0, sums.stdout + sums.stderr);
  });
});
