// GitHub's own description of its REST API (OpenAPI), as a judge of requests and answers.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const folder = path.dirname(
  createRequire(import.meta.url).resolve('@octokit/openapi/package.json'),
);
const generated = path.join(folder, 'generated');

// OpenAPI 3.0 says `nullable` where JSON Schema names a second type.
function asJsonSchema(value) {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (value === null || typeof value !== 'object') return value;
  const { nullable, ...schema } = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, asJsonSchema(each)]),
  );
  if (nullable === undefined || typeof nullable === 'object')
    return nullable ? { nullable, ...schema } : schema;
  return nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
}

const told = (errors) =>
  (errors ?? []).map((e) => `${e.instancePath || 'it'} ${e.message}`).join('; ');

export class Description {
  #document;
  #ajv = new Ajv({ strict: false, validateSchema: false, logger: false, coerceTypes: false });

  // `name`: of a file, without ".json": "api.github.com", "ghes-3.17".
  constructor(name) {
    this.#document = asJsonSchema(
      JSON.parse(fs.readFileSync(path.join(generated, `${name}.json`), 'utf8')),
    );
    addFormats(this.#ajv);
    this.#ajv.addSchema(this.#document, 'api');
  }

  // The newest Enterprise Server that is described.
  static get newestServer() {
    const versions = fs.readdirSync(generated).map((name) => /^(ghes-3\.(\d+))\.json$/.exec(name));
    return versions.filter(Boolean).sort((a, b) => b[2] - a[2])[0][1];
  }

  // The path as described, such as "/repos/{owner}/{repo}/pulls", that fits `pathname`.
  template(pathname) {
    const fits = (template) =>
      new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(
        pathname,
      );
    return Object.keys(this.#document.paths)
      .filter(fits)
      .sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }

  // What is wrong with a request; nothing if it is as described.
  complaintsAboutRequest(method, url, bytes) {
    const template = this.template(url.pathname);
    const operation = this.#document.paths[template]?.[method.toLowerCase()];
    if (!operation) return [`there is no ${method} ${url.pathname}`];
    const name = `${method} ${template}`;
    return [
      ...this.#complaintsAboutQuery(name, operation, url.searchParams),
      ...this.#complaintsAboutBody(name, template, method, operation, bytes),
    ];
  }

  #complaintsAboutQuery(name, operation, query) {
    const known = (operation.parameters ?? [])
      .map((each) => this.#resolved(each))
      .filter((p) => p.in === 'query');
    return [...query].flatMap(([key, text]) => {
      const parameter = known.find((each) => each.name === key);
      if (!parameter) return [`${name} has no parameter ${key}`];
      const value = parameter.schema.type === 'integer' ? Number(text) : text;
      const judge = this.#ajv.compile(parameter.schema);
      return judge(value) ? [] : [`${name}: ${key}: ${told(judge.errors)}`];
    });
  }

  #complaintsAboutBody(name, template, method, operation, bytes) {
    const content = operation.requestBody?.content['application/json'];
    if (!content) return bytes.length > 0 ? [`${name} takes no body`] : [];
    const body = JSON.parse(bytes.toString());
    const judge = this.#judge(
      'paths',
      template,
      method.toLowerCase(),
      'requestBody',
      'content',
      'application/json',
      'schema',
    );
    const complaints = judge(body) ? [] : [`${name}: ${told(judge.errors)}`];
    // The description forbids nothing that it does not name; we do.
    const named = [
      content.schema,
      ...(content.schema.oneOf ?? []),
      ...(content.schema.anyOf ?? []),
    ].flatMap((schema) => Object.keys(this.#resolved(schema).properties ?? {}));
    for (const key of Object.keys(body)) {
      if (!named.includes(key)) complaints.push(`${name}: there is no ${key}`);
    }
    return complaints;
  }

  complaintsAboutAnswer(method, pathname, status, body) {
    const template = this.template(pathname);
    const responses = this.#document.paths[template]?.[method.toLowerCase()]?.responses;
    const response = responses?.[status];
    if (!response) return [`${method} ${template} never answers ${status}`];
    if (!this.#resolved(response).content) return [];
    const place = response.$ref
      ? response.$ref.slice(2).split('/')
      : ['paths', template, method.toLowerCase(), 'responses', String(status)];
    const judge = this.#judge(...place, 'content', 'application/json', 'schema');
    return judge(body) ? [] : [`${method} ${template} answered ${status}: ${told(judge.errors)}`];
  }

  // The answer that the description gives as an example.
  example(method, template, status) {
    const { examples } =
      this.#document.paths[template][method.toLowerCase()].responses[status].content[
        'application/json'
      ];
    return structuredClone(this.#resolved(Object.values(examples)[0]).value);
  }

  #judge(...place) {
    const pointer = place.map((key) =>
      encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const $ref = `api#/${pointer.join('/')}`;
    return this.#ajv.getSchema($ref) ?? this.#ajv.compile({ $ref });
  }

  #resolved(value) {
    if (!value?.$ref) return value;
    return value.$ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[key], this.#document);
  }
}
