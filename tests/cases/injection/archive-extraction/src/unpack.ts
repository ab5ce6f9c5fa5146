import fs from "node:fs";
import path from "node:path";
import AdmZip from "adm-zip";
import JSZip from "jszip";
import unzipper from "unzipper";
import yauzl from "yauzl";

export function a(file: string, folder: string) {
  const zip = new AdmZip(file);
  zip.getEntries().forEach((entry) => {
    fs.writeFileSync(folder + "/" + entry.entryName, entry.getData()); // expect: injection/archive-extraction
  });
}

export function b(file: string) {
  fs.createReadStream(file)
    .pipe(unzipper.Parse())
    .on("entry", (entry) => {
      const name = entry.path;
      entry.pipe(fs.createWriteStream(path.join("out", name))); // expect: injection/archive-extraction
    });
}

export function c(file: string, folder: string) {
  yauzl.open(file, { lazyEntries: true }, (error, zip) => {
    zip.on("entry", (entry) => {
      zip.openReadStream(entry, (failure, stream) => {
        stream.pipe(fs.createWriteStream(folder + entry.fileName)); // expect: injection/archive-extraction
      });
    });
  });
}

export async function d(data: Buffer) {
  const zip = await JSZip.loadAsync(data);
  for (const name of Object.keys(zip.files)) {
    await fs.promises.writeFile("/srv/out/" + name, await zip.files[name].async("nodebuffer")); // expect: injection/archive-extraction
  }
}

export function e(file: string, folder: string) {
  new AdmZip(file).getEntries().forEach((entry) => {
    const target = path.join(folder, entry.entryName);
    if (!target.startsWith(folder + path.sep)) throw new Error("outside");
    fs.writeFileSync(target, entry.getData());
  });
}

export function f(file: string, folder: string) {
  new AdmZip(file).getEntries().forEach((entry) => {
    fs.writeFileSync(path.join(folder, path.basename(entry.entryName)), entry.getData());
  });
}

export function g(names: string[], folder: string) {
  names.forEach((name) => fs.writeFileSync(path.join(folder, name), ""));
}
