// Compiles the client and the chat, and lays the chat out in chat/dist as it is served: pages, styles, scripts, and the
// client beside them. Files that are already as they should be are not touched, so that what depends on them stays fresh.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(web, 'chat/dist');

// Where chat/tsconfig.json ("rootDirs") tells the sources that the client is, so that Node can run them too.
const client = 'gateway-client/dist';
link(join(web, 'gateway-client'), join(web, 'chat/build/gateway-client'));

execFileSync(process.execPath, [join(web, 'node_modules/typescript/bin/tsc'), '-b', 'gateway-client', 'chat'], { cwd: web, stdio: 'inherit' });

const parts = [
  ...files(join(web, 'chat/static'), ''),
  ...files(join(web, 'chat/build'), '', isScript),
  ...files(join(web, client), client, isScript),
];
const wanted = new Map(parts);
if (wanted.size < parts.length) throw new Error('two files would be served under the same name');
for (const [path, source] of wanted) copy(source, join(target, path));
if (existsSync(target)) {
  for (const [path, file] of files(target, '')) if (!wanted.has(path)) rmSync(file);
}

/** The files below a folder (links are not followed): path within `prefix` → file. */
function files(folder, prefix, accept = () => true) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const [file, path] = [join(folder, entry.name), join(prefix, entry.name)];
    if (entry.isDirectory()) return files(file, path, accept);
    return entry.isFile() && accept(file) ? [[path, file]] : [];
  });
}

function isScript(file) {
  return file.endsWith('.js');
}

function link(folder, name) {
  if (existsSync(name)) return;
  mkdirSync(dirname(name), { recursive: true });
  symlinkSync(folder, name, 'junction');
}

function copy(source, destination) {
  const content = readFileSync(source);
  if (existsSync(destination) && readFileSync(destination).equals(content)) return;
  mkdirSync(dirname(destination), { recursive: true });
  writeFileSync(destination, content);
}
