import { type AuthoredLab, type Course, lessonOf, lineAt, type Problem } from '../course.ts';

/** What the starter does already earns nothing: a learner would get points for opening the folder. */
export function whatTheStarterPassesIsWorthNothing({ labs, files }: Course): Problem[] {
  return forEachCheck(labs, files, (check) =>
    check.starter === 'passes' && check.points > 0
      ? {
          what: `${check.slug} is worth ${check.points}, and the starter passes it`,
          todo: "Write points: 0, or let the starter fail it and write starter: 'fails'.",
        }
      : undefined,
  );
}

/** What is worth points is proven to catch something. */
export function everyCheckWithPointsHasAMutant({ labs, files }: Course): Problem[] {
  return forEachCheck(labs, files, (check, { known }) =>
    check.points > 0 && !known.mutants.some(({ rejectedBy }) => rejectedBy === `${check.kind}/${check.slug}`)
      ? {
          what: `${check.slug} is worth ${check.points}, and no mutant shows that it catches anything`,
          todo: `Add a mutant to mutants.ts with rejectedBy: '${check.kind}/${check.slug}'.`,
        }
      : undefined,
  );
}

/** Each step of the hints says more than the one before; a repeated one gives nothing. */
export function hintsAreThreeSteps({ labs, files }: Course): Problem[] {
  return forEachCheck(labs, files, ({ slug, hints }) =>
    hints.length === 3 && new Set(hints.map((hint) => hint.trim())).size === 3
      ? undefined
      : {
          what: `${slug} does not have three different hints`,
          todo: 'Write a nudge, then where to look, then nearly the answer.',
        },
  );
}

/** A message sends the learner to a part of the lesson, so that part is there. */
export function checksPointIntoTheLesson({ labs, files }: Course): Problem[] {
  return forEachCheck(labs, files, ({ slug, lesson }, lab) => {
    const anchor = lesson.slice(lab.route.length);
    if (files.get(lessonOf(lab.slug))?.includes(`{/* ${anchor} */}`)) return undefined;
    return {
      what: `${slug} points to ${anchor}, which ${lessonOf(lab.slug)} does not have`,
      todo: `Mark the heading: ## … {/* ${anchor} */}, or name another in lesson: '#…'.`,
    };
  });
}

/** The starter's failures are written down, each with its own reason. */
export function starterFailuresHaveReasons({ labs, files }: Course): Problem[] {
  return forEachCheck(labs, files, ({ slug, kind, starter }, { known }) => {
    const has = Object.hasOwn(known.starterReasons, `${kind}/${slug}`);
    if (has === (starter === 'fails')) return undefined;
    return has
      ? {
          what: `${slug} passes with the starter, and starterReasons says why it fails`,
          todo: `Remove '${kind}/${slug}' from starterReasons in mutants.ts.`,
        }
      : {
          what: `${slug} fails with the starter, and nothing says why`,
          todo: `Add '${kind}/${slug}': /words of its message/ to starterReasons in mutants.ts.`,
        };
  });
}

/** A right solution can look quite different from ours; four of them show that the checks do not mind. */
export function thereAreFourVariants({ labs }: Course): Problem[] {
  return labs
    .filter(({ known }) => known.variants.length < 4)
    .map(({ slug, known: { variants } }) => ({
      file: `checker/suites/${slug}/variants/`,
      line: 1,
      what: `there are ${variants.length} variants (${variants.join(', ') || 'none'})`,
      todo: `Write at least four; ${4 - variants.length} more: another client, other constructs, a class, several files.`,
    }));
}

/** A mutant is found by its name, understood by its trap, and aimed at a check. */
export function mutantsAreNamedForTheirTrap({ labs, files }: Course): Problem[] {
  return labs.flatMap((lab) => {
    const file = `checker/suites/${lab.slug}/mutants.ts`;
    const checks = new Set(lab.checks.map(({ kind, slug }) => `${kind}/${slug}`));
    const names = new Set<string>();
    return lab.known.mutants.flatMap(({ name, trap, rejectedBy, edits }) => {
      const line = lineAt(files.get(file) ?? '', files.get(file)?.indexOf(`'${name}'`) ?? 0);
      const at = (what: string, todo: string) => ({ file, line, what: `mutant ${name}: ${what}`, todo });
      const twice = names.has(name);
      names.add(name);
      return [
        ...(twice ? [at('its name is taken by another', 'Give it a name of its own.')] : []),
        ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
          ? []
          : [at('its name is not in kebab case', 'Name it for the mistake: report-all.')]),
        ...(/^\S+\s.{10,}[.!?]$/s.test(trap)
          ? []
          : [at(`its trap is no sentence: '${trap}'`, 'Say the mistake and what it does in production.')]),
        ...(checks.has(rejectedBy)
          ? []
          : [
              at(
                `it is to be rejected by ${rejectedBy}, which no suite declares`,
                'Name a check of this lab.',
              ),
            ]),
        ...(edits.length > 0 ? [] : [at('it changes nothing', 'Add an edit of the solution.')]),
      ];
    });
  });
}

type Check = AuthoredLab['checks'][number];
type Finding = Pick<Problem, 'what' | 'todo'> | undefined;

/** Judges each check, and says where it is declared. */
function forEachCheck(
  labs: readonly AuthoredLab[],
  files: Course['files'],
  judge: (check: Check, lab: AuthoredLab) => Finding,
): Problem[] {
  return labs.flatMap((lab) =>
    lab.checks.flatMap((check) => {
      const found = judge(check, lab);
      if (!found) return [];
      const file = `checker/suites/${lab.slug}/${check.kind}.test.ts`;
      const text = files.get(file) ?? '';
      return [{ file, line: lineAt(text, Math.max(0, text.indexOf(`'${check.slug}'`))), ...found }];
    }),
  );
}
