// Reads a bar code or QR code with the camera where the browser can; what it read can be changed, and always be typed.
import { button, h, t, type Child } from "./dom";

/** As the Shape Detection API has it; TypeScript's library does not know it yet. */
interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options?: { formats: string[] }) => Detector;

const PAUSE = 120;

/** A button that scans, and what the camera sees meanwhile; nothing where the browser reads no codes. */
export function scanner(front: boolean, take: (code: string) => void): Child {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  if (!BarcodeDetector || !navigator.mediaDevices?.getUserMedia) return false;
  const said = h("output.govuk-hint");
  const video = h<HTMLVideoElement>("video.bz-camera", { hidden: true, playsinline: true });
  video.muted = true;
  let stream: MediaStream | undefined;
  let turn = 0;

  const stop = (words = ""): void => {
    turn += 1;
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    video.hidden = true;
    video.srcObject = null;
    toggle.textContent = t("phone-scan");
    said.textContent = words;
  };
  const scan = async (): Promise<void> => {
    const mine = (turn += 1);
    toggle.textContent = t("phone-scan-stop");
    said.textContent = t("phone-scan-hint");
    try {
      const detector = new BarcodeDetector();
      const found = await navigator.mediaDevices.getUserMedia({ video: { facingMode: front ? "user" : "environment" } });
      if (mine !== turn) return found.getTracks().forEach((track) => track.stop());
      stream = found;
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      // Until a code is read, somebody stops it, or the question is gone from the page.
      while (mine === turn && video.isConnected) {
        const [code] = await detector.detect(video).catch(() => []);
        if (mine !== turn) return;
        if (code?.rawValue) {
          navigator.vibrate?.(60);
          take(code.rawValue);
          return stop(t("phone-scan-found", { code: code.rawValue }));
        }
        await new Promise((next) => setTimeout(next, PAUSE));
      }
      if (mine === turn) stop();
    } catch {
      if (mine === turn) stop(t("phone-scan-failed"));
    }
  };
  const toggle = button(t("phone-scan"), () => (stream ? stop() : void scan()), "secondary");
  return h("div.bz-beside", {}, video, toggle, said);
}
