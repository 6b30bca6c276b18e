// Makes a photo small before it is kept: at most 1600 pixels a side, JPEG, nothing of its hidden details
// (place, camera, time) left. What cannot be read as a picture stays as it is.
const SIDE = 1600;
const QUALITY = 0.8;

export async function smallPhoto(file, wanted) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const side = Math.min(SIDE, wanted || SIDE);
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return blob ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}
