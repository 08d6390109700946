// What AsyncAPI's own parser says of the documents named: a JSON list of its findings.
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

const found = [];
for (const source of process.argv.slice(2)) {
  const { document, diagnostics } = await new Parser().parse(readFileSync(source, 'utf8'), { source });
  const messages = document ? document.allMessages().all().map((message) => message.name()) : [];
  found.push({
    source,
    messages,
    diagnostics: diagnostics.map(({ code, message, path, severity }) => ({ code, message, path, severity })),
  });
}
console.log(JSON.stringify(found));
