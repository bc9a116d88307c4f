// Installs the packages of package-lock.json, unless that has been done.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

process.chdir(import.meta.dirname ?? new URL('.', import.meta.url).pathname);
const stamp = 'node_modules/.installed';
const wanted = fs.readFileSync('package-lock.json', 'utf8');
if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== wanted) {
  const options = { stdio: 'inherit', shell: process.platform === 'win32' };
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], options);
  if (npm.status !== 0) process.exit(1);
  fs.writeFileSync(stamp, wanted);
}
