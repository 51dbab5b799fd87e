/**
 * Says what the cause of a crash means, and how to fix it. An uncertain cause adds nothing, because no guess may become
 * a command.
 */

import type { Cause } from '../../logs/cause.ts';
import type { ModeWords } from '../../model/terms.ts';

const OR_ROLL_BACK = 'or roll back to the previous release.';

export function causeWords(cause: Cause): Partial<ModeWords> {
  switch (cause.kind) {
    case 'config_var': {
      const names = cause.names.join(', ');
      const set = cause.names.map((name) => `${name}=…`).join(' ');
      return {
        cause: `Application boot failure: the config var ${names} is not set.`,
        fix: [`Set ${names}: heroku config:set ${set} --app <app>`],
      };
    }
    case 'settings': {
      const names = cause.names.join(', ');
      return {
        cause: `Application boot failure: the settings have no value for ${names}.`,
        fix: [`Set the config vars for ${names}`],
      };
    }
    case 'module':
      return {
        cause: `Application boot failure: the module ${cause.name} is not installed.`,
        fix: [
          `Add the package that provides ${cause.name} to the requirements (its name may differ) and redeploy, ${OR_ROLL_BACK}`,
        ],
      };
    case 'own_module':
      return {
        cause: `Application boot failure: the app's own module ${cause.name} is not in this release.`,
        fix: [`Check the name in the Procfile, and that ${cause.name} is in the repository, ${OR_ROLL_BACK}`],
      };
    case 'version':
      return {
        cause: `Application boot failure: the installed version of ${cause.library} is not compatible with the code that uses it.`,
        fix: [`Pin ${cause.library} to a compatible version and redeploy, ${OR_ROLL_BACK}`],
      };
    case 'command':
      return cause.why === 'not_found'
        ? {
            cause: `Application boot failure: ${cause.name} is not installed in this release, or the Procfile misspells it.`,
            fix: [`Check the Procfile, and that the requirements install ${cause.name}, ${OR_ROLL_BACK}`],
          }
        : {
            cause: `Application boot failure: ${cause.name} is not executable.`,
            fix: [`Make ${cause.name} executable in the repository and redeploy, ${OR_ROLL_BACK}`],
          };
    case 'address':
      return {
        title: `Boot timeout: the server listens on ${cause.address}, not on $PORT`,
        cause: `The server listens on ${cause.address}. Heroku waits for it on 0.0.0.0 and $PORT, and kills the dyno after 60 s.`,
        fix: [
          `Make the server bind 0.0.0.0:$PORT and redeploy, ${OR_ROLL_BACK} A longer timeout does not help.`,
        ],
      };
    case 'error':
    case 'words':
      return {};
  }
}
