/** The environment variables that our own Python gets: the user's, without what would change which code it runs. */

const LEAKS = new Set(["VIRTUAL_ENV", "CONDA_PREFIX", "__PYVENV_LAUNCHER__"]);

/** Without PYTHONPATH, PYTHONHOME and their like; pip's own variables stay, since they say where packages come from. */
export function cleaned(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(variables).filter(([name]) => !leaks(name.toUpperCase()));
  return Object.fromEntries(kept);
}

function leaks(name: string): boolean {
  return LEAKS.has(name) || (name.startsWith("PYTHON") && name !== "PYTHONUTF8");
}
