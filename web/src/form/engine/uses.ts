// Which functions of a program are loaded apart.

/** Finds a call of a function of `rare.ts` in the text of a program. */
export const RARE = /\["(?:namespace-uri|indexed-repeat|pulldata|randomize|substring-before|substring-after|substring|substr|translate|digest|base64-decode|checklist|weighted-checklist|date-time|decimal-date|decimal-date-time|decimal-time|format-date|format-date-time|exp|exp10|log|log10|sqrt|sin|cos|tan|asin|acos|atan|atan2|pi|area|distance|geofence)"/;
