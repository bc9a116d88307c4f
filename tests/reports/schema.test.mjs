// Every report.json keeps to its JSON Schema. REPORTS names the folder that sample_reports filled.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const reports = process.env.REPORTS;
const schema = JSON.parse(
  readFileSync(new URL('../../src/report/report.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
addFormats(ajv);
const validate = ajv.compile(schema);
const files = readdirSync(reports).filter((name) => name.endsWith('.json'));

function read(name) {
  return JSON.parse(readFileSync(join(reports, name), 'utf8'));
}

test('there are reports to check', () => {
  assert.ok(files.length >= 5, `only ${files.length} in ${reports}`);
});

for (const name of files) {
  test(`${name} keeps to the schema`, () => {
    const valid = validate(read(name));
    assert.ok(valid, JSON.stringify((validate.errors ?? []).slice(0, 5), null, 2));
  });
}

test('a member that the schema does not name is found', () => {
  const report = read('synced.json');
  report.refs[0].findings.files.surprise = 1;
  assert.equal(validate(report), false);
});

test('an id that is no id is found', () => {
  const report = read('synced.json');
  report.refs[0].new = '123';
  assert.equal(validate(report), false);
});
