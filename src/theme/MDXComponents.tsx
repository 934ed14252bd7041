import TabItem from '@theme/TabItem';
import Tabs from '@theme/Tabs';
import MDXComponents from '@theme-original/MDXComponents';
import { Checks } from '../components/Checks/index.tsx';
import { CheckTable } from '../components/CheckTable.tsx';
import { BatchJourney } from '../components/Diagrams/BatchJourney.tsx';
import { EnvironmentLife } from '../components/Diagrams/EnvironmentLife.tsx';
import { FrozenWrite } from '../components/Diagrams/FrozenWrite.tsx';
import { LostOrder } from '../components/Diagrams/LostOrder.tsx';
import { Hints } from '../components/Hints.tsx';
import { LessonHead } from '../components/Lesson/LessonHead.tsx';
import { Quiz } from '../components/Quiz/index.tsx';

/** What every lesson can use without an import. `<Code>` and `<SolutionDiff>` are replaced at build time. */
export default {
  ...MDXComponents,
  BatchJourney,
  CheckTable,
  Checks,
  EnvironmentLife,
  FrozenWrite,
  Hints,
  LessonHead,
  LostOrder,
  Quiz,
  TabItem,
  Tabs,
};
