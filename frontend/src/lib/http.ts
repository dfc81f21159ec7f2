import { say } from "./text";

/** An answer that is not what was asked for; the message is fit for people. */
export class HttpFault extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>("meta[name='csrf-token']")?.content ?? "";
}

async function ask(url: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new HttpFault(0, say("offline"));
  }
}

/** What the server says about the fault: `detail` of a JSON answer, else its status. */
async function faultOf(response: Response): Promise<HttpFault> {
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const body: unknown = isJson ? await response.json() : null;
  const detail = body && typeof body === "object" && "detail" in body ? body.detail : null;
  return new HttpFault(response.status, typeof detail === "string" ? detail : `${say("failed")} (${response.status})`);
}

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await ask(url, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  if (!response.ok) throw await faultOf(response);
  return (await response.json()) as T;
}

/** POST with the CSRF token; follows where the server sends. */
export async function post(url: string): Promise<Response> {
  const response = await ask(url, { method: "POST", headers: { "X-CSRFToken": csrfToken() } });
  if (!response.ok) throw await faultOf(response);
  return response;
}
