// Bundles the extension and packs it as switchyard.vsix, in the folder where
// this file and the sources were copied to.
//
//     node build.mjs SWITCHYARD [--bundle]
//
// The schema of the configuration and the table of keys come from the program.
// --bundle puts the program in as well: for machines like this one alone.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import {
  createWriteStream,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

const [program, bundle] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const platform = bundle ? `${process.platform}-${process.arch}` : undefined;

function keysTable() {
  const services = JSON.parse(
    execFileSync(program, ['models', '--services', '--json'], {
      encoding: 'utf8',
    }),
  );
  const rows = services
    .filter((service) => service.auth?.variable)
    .map(
      (service) =>
        `| \`${service.auth.variable}\` | ${service.title} | ${service.default_model ?? 'the models that you name'} |`,
    );
  return [
    '# Which key adds what',
    '',
    '| key | service | adds |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

// Whose code the bundle holds, under which terms.
function notices(inputs) {
  const folders = inputs
    .map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
    .filter((folder) => folder);
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(
        readFileSync(`${folder}/package.json`, 'utf8'),
      );
      const file = readdirSync(folder).find((entry) =>
        /^licen[cs]e/i.test(entry),
      );
      if (!file) throw new Error(`${folder} has no licence`);
      return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(78)}\n\n`);
}

const escape = (text) =>
  text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

// What VS Code's installer reads beside package.json.
const vsixManifest = () => `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}"${platform ? ` TargetPlatform="${platform}"` : ''}/>
    <DisplayName>${escape(manifest.displayName)}</DisplayName>
    <Description xml:space="preserve">${escape(manifest.description)}</Description>
    <Tags>${escape(manifest.keywords.join(','))}</Tags>
    <Categories>${escape(manifest.categories.join(','))}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${escape(manifest.engines.vscode)}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="${manifest.extensionKind.join(',')}"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/readme.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
`;

const TYPES = {
  json: 'application/json',
  js: 'application/javascript',
  md: 'text/markdown',
  txt: 'text/plain',
  vsixmanifest: 'text/xml',
};
const contentTypes = () => `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${Object.entries(TYPES)
  .map(
    ([extension, type]) =>
      `  <Default Extension=".${extension}" ContentType="${type}"/>`,
  )
  .join('\n')}
  <Override PartName="/extension/bin/switchyard" ContentType="application/octet-stream"/>
</Types>
`;

const bundled = await build({
  entryPoints: ['src/extension.ts'],
  outfile: 'extension.js',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node18',
  format: 'cjs',
  external: ['vscode'],
  metafile: true,
  logLevel: 'warning',
});
writeFileSync('walkthrough/keys.md', keysTable());
writeFileSync(
  'config.schema.json',
  execFileSync(program, ['check', '--schema']),
);
delete manifest.devDependencies;

// The same bytes from the same sources.
const options = { mtime: new Date(1980, 0, 1), mode: 0o100644 };
const zip = new yazl.ZipFile();
const add = (name, content) =>
  zip.addBuffer(Buffer.from(content), name, options);
add('[Content_Types].xml', contentTypes());
add('extension.vsixmanifest', vsixManifest());
add('extension/package.json', JSON.stringify(manifest, null, 2));
for (const [file, name] of [
  ['extension.js'],
  ['config.schema.json'],
  ['README.md', 'readme.md'],
  ['LICENSE', 'LICENSE.txt'],
])
  add(`extension/${name ?? file}`, readFileSync(file));
add('extension/NOTICES.txt', notices(Object.keys(bundled.metafile.inputs)));
for (const file of readdirSync('walkthrough'))
  add(`extension/walkthrough/${file}`, readFileSync(`walkthrough/${file}`));
if (bundle)
  zip.addFile(program, 'extension/bin/switchyard', {
    ...options,
    mode: 0o100755,
  });
zip.end();
await pipeline(zip.outputStream, createWriteStream('switchyard.vsix'));
