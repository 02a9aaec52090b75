import { isDeviceName } from '../../../shared/shard-name.ts';

/** A file name from a tensor's: what no file system takes becomes `_`, and stands before the name of a device. */
export function fileName(tensor: string, ending: string): string {
  const name = `${tensor.replace(/[^\w.-]+/g, '_').slice(-119) || 'tensor'}.${ending}`;
  return isDeviceName(name) ? `_${name}` : name;
}

/** Properties that a drawing takes from the page's style sheets, which a file has not. */
const STYLES = ['fill', 'stroke', 'font-family', 'font-size'] as const;

/** A drawing as a file of its own, with the colours that it has on the page. */
export function svgText(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.style.background = getComputedStyle(document.body).backgroundColor;
  const originals = drawing.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, i) => {
    const original = originals[i];
    if (!original) return;
    const computed = getComputedStyle(original);
    for (const name of STYLES) element.setAttribute(name, computed.getPropertyValue(name));
    element.removeAttribute('class');
  });
  return new XMLSerializer().serializeToString(copy);
}

/** The same as pixels, two for each of the page's. */
export async function pngOf(drawing: SVGSVGElement): Promise<Blob> {
  const { width, height } = drawing.getBoundingClientRect();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(drawing))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(2 * width);
  canvas.height = Math.round(2 * height);
  const context = canvas.getContext('2d');
  if (context) {
    context.fillStyle = getComputedStyle(document.body).backgroundColor;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
  }
  return pngOfCanvas(canvas);
}

export function pngOfCanvas(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture is too large'))),
      'image/png',
    ),
  );
}

/** A picture of pixels in a drawing: opens where drawings do, and can be put into a page. */
export function svgOfCanvas(canvas: HTMLCanvasElement): string {
  const { width, height } = canvas;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><image width="${width}" height="${height}" href="${canvas.toDataURL('image/png')}"/></svg>`;
}
