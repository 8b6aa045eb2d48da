/** A file that the user has chosen, and where it was in the folder that was chosen with it. */
export interface PickedFile {
  /** Names joined by `/`: the file's name, with its folders before it when a folder was chosen. */
  readonly path: string;
  readonly file: File;
}

/** How many files one drop may bring: more are a mistake, such as somebody's whole disk. */
const maxFiles = 10_000;

/** Lets files be dropped on an element. Elsewhere on the page a dropped file would replace the page. */
export function dropTarget(element: HTMLElement, accepts: () => boolean, take: (files: PickedFile[]) => void): void {
  let depth = 0;
  const mark = (change: number): void => {
    depth = Math.max(0, depth + change);
    element.toggleAttribute('data-dropping', depth > 0);
  };
  element.addEventListener('dragenter', (event) => {
    if (hasFiles(event) && accepts()) mark(1);
  });
  element.addEventListener('dragleave', (event) => {
    if (hasFiles(event)) mark(-1);
  });
  element.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = accepts() ? 'copy' : 'none';
  });
  element.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    if (event.dataTransfer && accepts()) void dropped(event.dataTransfer).then((files) => files.length > 0 && take(files));
  });
}

/** What the user chose in the browser's own dialog. */
export function fromInput(input: HTMLInputElement): PickedFile[] {
  return [...(input.files ?? [])].slice(0, maxFiles).map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** What was dropped or pasted; folders with everything in them. */
export async function dropped(data: DataTransfer): Promise<PickedFile[]> {
  // What is dropped can be read only until this task ends; the entries stay valid.
  const items = [...data.items].filter(({ kind }) => kind === 'file').map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: PickedFile[] = [];
  for (const { entry, file } of items) {
    if (entry?.isDirectory === true) await walk(entry as FileSystemDirectoryEntry, found);
    else if (file !== null && found.length < maxFiles) found.push({ path: file.name, file });
  }
  return found;
}

async function walk(folder: FileSystemDirectoryEntry, found: PickedFile[]): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    // It gives a part at a time, and nothing when all were given.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (found.length >= maxFiles) return;
      if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, found);
      else found.push({ path: entry.fullPath.replace(/^\//, ''), file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) });
    }
  }
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true;
}
