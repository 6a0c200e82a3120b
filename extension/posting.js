// Reads the job posting of a page. One function without imports: the extension runs it in the page, and the bookmarklet contains it.

/**
 * The posting that a page shows, as far as it says: from its structured data (JSON-LD `JobPosting`), else from titles and text.
 * Everything is text of the page, not checked in any way.
 *
 * @param {Document} dom the page; by default the one that this runs in
 * @param {string} address its address
 * @returns {{company: string, job_title: string, location: string, url: string, source: string, salary: object | null, text: string}}
 */
export function readPosting(dom = globalThis.document, address = dom.location.href) {
  const MAX_LINE = 200;
  const MAX_URL = 2000;
  const MAX_TEXT = 100000;
  const SITES = {
    "linkedin.com": "LinkedIn", "indeed.com": "Indeed", "glassdoor.com": "Glassdoor", "stepstone.de": "StepStone",
    "xing.com": "XING", "monster.com": "Monster", "ziprecruiter.com": "ZipRecruiter", "wellfound.com": "Wellfound",
    "welcometothejungle.com": "Welcome to the Jungle", "otta.com": "Otta", "dice.com": "Dice", "weworkremotely.com": "We Work Remotely",
    "news.ycombinator.com": "Hacker News", "arbeitsagentur.de": "Agentur für Arbeit", "totaljobs.com": "Totaljobs", "reed.co.uk": "Reed",
  };
  // Pages of employers at providers: the employer is the first folder, or the first part of the host.
  const BY_FOLDER = ["jobs.lever.co", "jobs.eu.lever.co", "boards.greenhouse.io", "job-boards.greenhouse.io", "jobs.ashbyhq.com",
    "apply.workable.com", "jobs.smartrecruiters.com", "careers.smartrecruiters.com"];
  const BY_HOST = ["recruitee.com", "teamtailor.com", "personio.de", "personio.com", "myworkdayjobs.com", "bamboohr.com",
    "breezy.hr", "workable.com", "softgarden.io"];
  const TRACKING = /^(utm_[^=]*|gclid|fbclid|msclkid|trk|trackingId|refId|mc_[ce]id|gh_src|lever-source[^=]*|source|src|ref)(=|$)/i;
  const PERIODS = { HOUR: "hour", DAY: "day", MONTH: "month", YEAR: "year" };
  const BLOCK_END = /<\/(?:p|div|h[1-6]|ul|ol|section|tr)>|<br[^>]*>/gi;
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", ndash: "–", mdash: "—", hellip: "…", bull: "•",
    rsquo: "’", lsquo: "‘", rdquo: "”", ldquo: "“", euro: "€", pound: "£", auml: "ä", ouml: "ö", uuml: "ü", Auml: "Ä", Ouml: "Ö",
    Uuml: "Ü", szlig: "ß", eacute: "é", egrave: "è", agrave: "à" };

  const decode = (text) => text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name) => {
    if (name[0] !== "#") return ENTITIES[name] ?? whole;
    const code = name[1].toLowerCase() === "x" ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
  const line = (value) => {
    if (typeof value !== "string") return "";
    const clean = decode(value).replace(/<[^>]*>/g, "").replace(/[\s\p{Cc}]+/gu, " ").trim();
    return [...clean].slice(0, MAX_LINE).join("").trim();
  };
  const paragraphs = (value) => {
    const clean = value.replace(/[^\S\n]+/g, " ").replace(/[^\P{Cc}\n]/gu, "").replace(/ ?\n ?/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
    return [...clean].slice(0, MAX_TEXT).join("");
  };
  // By replacing, because pages may forbid scripts to parse HTML. Some sites encode it twice.
  const plain = (html) => {
    const markup = /<\w/.test(html) ? html : decode(html);
    const marked = markup.replace(/<(script|style)[\s\S]*?<\/\1>/gi, "").replace(/<li[^>]*>/gi, "\n- ").replace(BLOCK_END, "\n");
    return paragraphs(decode(marked.replace(/<[^>]*>/g, "")));
  };
  const list = (value) => (Array.isArray(value) ? value : value == null ? [] : [value]);
  const attribute = (selector, name) => dom.querySelector(selector)?.getAttribute(name) ?? "";
  const meta = (name) => line(attribute(`meta[property="${name}"], meta[name="${name}"]`, "content"));

  const findPosting = (value, depth = 0) => {
    if (depth > 8 || value === null || typeof value !== "object") return null;
    if (list(value["@type"]).includes("JobPosting")) return value;
    for (const member of Object.values(value)) {
      const found = findPosting(member, depth + 1);
      if (found) return found;
    }
    return null;
  };
  const structured = () => {
    for (const script of dom.querySelectorAll('script[type="application/ld+json"]')) {
      try {
        const found = findPosting(JSON.parse(script.textContent));
        if (found) return found;
      } catch {
        // Invalid structured data counts as none.
      }
    }
    return null;
  };
  const place = (value) => {
    if (typeof value === "string") return line(value);
    const address = value?.address ?? value;
    if (typeof address === "string") return line(address);
    const country = address?.addressCountry?.name ?? address?.addressCountry;
    const parts = [address?.addressLocality, address?.addressRegion, country].map(line).filter(Boolean);
    return [...new Set(parts)].join(", ") || line(value?.name);
  };
  const places = (job) => {
    const remote = list(job.jobLocationType).some((type) => /telecommute|remote/i.test(type));
    const where = remote && !job.jobLocation ? list(job.applicantLocationRequirements) : list(job.jobLocation);
    const names = [...new Set(where.map(place).filter(Boolean))].slice(0, 5).join("; ");
    if (!remote) return line(names);
    return line(names ? `Remote (${names})` : "Remote");
  };
  const salaryOf = (job) => {
    const base = list(job.baseSalary)[0];
    const value = typeof base?.value === "object" ? base.value : base;
    const period = PERIODS[String(value?.unitText ?? base?.unitText).toUpperCase()];
    const currency = String(base?.currency ?? value?.currency ?? job.salaryCurrency ?? "").toUpperCase();
    const amount = (number) => (Number(number) > 0 ? Math.round(Number(number)) : null);
    const single = amount(value?.value);
    const [min, max] = [amount(value?.minValue) ?? single, amount(value?.maxValue) ?? single];
    if (!period || !/^[A-Z]{3}$/.test(currency) || (min === null && max === null)) return null;
    return { min, max: min !== null && max !== null && max < min ? min : max, currency, period };
  };

  const page = new URL(address);
  const host = page.hostname.replace(/^www\./, "");
  const isAt = (site) => host === site || host.endsWith(`.${site}`);
  const titleCase = (slug) => line(decodeURIComponent(slug).replace(/[-_]+/g, " ").replace(/(^|\s)\p{Ll}/gu, (start) => start.toUpperCase()));
  const employerOfHost = () => {
    const folder = page.pathname.split("/").find(Boolean);
    if (BY_FOLDER.includes(host)) return folder ? titleCase(folder) : "";
    return BY_HOST.some((site) => host.endsWith(`.${site}`)) ? titleCase(host.split(".")[0]) : "";
  };
  // What a page without structured data says in its title: "Title at Company", "Company hiring Title in Place | Site".
  const employerOfTitle = (title) => {
    const hiring = title.match(/^(.+?) (?:is )?hiring (.+?)(?: in (.+?))?(?: [|–—-] .*)?$/i);
    if (hiring) return { company: hiring[1], job_title: hiring[2], location: hiring[3] ?? "" };
    const at = title.match(/^(.+?) (?:at|@|bei) (.+?)(?: [|–—·-] .*)?$/i);
    return at ? { job_title: at[1], company: at[2], location: "" } : {};
  };
  const cleanUrl = () => {
    const url = new URL(page);
    url.hash = "";
    url.username = url.password = "";
    // Scripts of an extension cannot iterate over `searchParams` in Firefox.
    url.search = page.search.slice(1).split("&").filter((parameter) => !TRACKING.test(parameter)).join("&");
    return /^https?:$/.test(url.protocol) && url.href.length <= MAX_URL ? url.href : "";
  };
  const textOfPage = () => {
    const main = dom.querySelector('main, [role="main"], article') ?? dom.body;
    return paragraphs(main?.innerText ?? main?.textContent ?? "");
  };

  const job = structured() ?? {};
  const title = meta("og:title") || line(dom.title);
  const guess = employerOfTitle(title);
  const organization = list(job.hiringOrganization)[0];
  const text = typeof job.description === "string" ? plain(job.description) : "";
  const site = Object.keys(SITES).find(isAt);
  return {
    company: line(organization?.name ?? organization) || line(guess.company) || employerOfHost(),
    job_title: line(job.title ?? job.name) || line(guess.job_title) || line(dom.querySelector("h1")?.textContent) || title,
    location: places(job) || line(guess.location),
    url: cleanUrl(),
    source: site ? SITES[site] : "Company website",
    salary: salaryOf(job),
    text: text || textOfPage(),
  };
}
