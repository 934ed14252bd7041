import Link from '@docusaurus/Link';
import course from '@generated/workshop/default/course.json';
import CodeBlock from '@theme/CodeBlock';
import Layout from '@theme/Layout';
import type { ReactNode } from 'react';
import { Demo } from '../components/Landing/Demo.tsx';
import styles from '../components/Landing/styles.module.css';

/** The way in: what happens here, how to start, which labs there are. */
export default function Home(): ReactNode {
  return (
    <Layout description="A hands-on course on serverless patterns: AWS Lambda, TypeScript, CDK, and a checker that runs your stack for real.">
      <main className={styles.page}>
        <header className={styles.hero}>
          <div>
            <h1>
              <span>Watch an order get lost.</span>
              <span>Repair the code.</span>
              <span>See it kept.</span>
            </h1>
            <p className={styles.lead}>
              A hands-on course on serverless patterns with AWS Lambda, TypeScript and CDK. Save a file: your
              stack is deployed to an AWS account that runs inside this project, real messages go through it,
              and you get a true verdict in a second or two.
            </p>
            <p className={styles.actions}>
              <Link className={styles.primary} to={course[0]?.route ?? '/start-here'}>
                Open the first lab
              </Link>
              <Link to="/start-here">How to run it</Link>
            </p>
          </div>
          <Demo />
        </header>

        <section className={styles.section}>
          <div className={styles.start}>
            <div>
              <h2>Two commands</h2>
              <p>
                You need Node 20.19 or newer and npm 10. No AWS account, no Docker, no network after the
                installation, nothing to pay.
              </p>
            </div>
            <CodeBlock language="bash">{'npm ci\nnpm start'}</CodeBlock>
          </div>
        </section>

        <section className={styles.section}>
          <h2>How a lab works</h2>
          <ol className={styles.steps}>
            <li>
              <h3>It fails first</h3>
              <p>
                The starter compiles, deploys and runs. It does what people ship, and so it loses an order.
                You see which one, and where it went.
              </p>
            </li>
            <li>
              <h3>You repair it</h3>
              <p>
                You edit the handler and the CDK stack in your own editor. The lesson says what is fixed by
                contract; the rest is your choice: plain SDK, Powertools, one file or five.
              </p>
            </li>
            <li>
              <h3>The checker tells the truth</h3>
              <p>
                It calls your handler, reads your template and sends messages through your deployed queue.
                Hours of retries pass in milliseconds, in the order in which AWS does it.
              </p>
            </li>
          </ol>
        </section>

        <section className={styles.section}>
          <h2>The labs that are here</h2>
          {course.map(({ number, title, route, about, minutes, checks }) => (
            <Link key={number} className={styles.lab} to={route}>
              <span className={styles.labNumber}>{number}</span>
              <div>
                <h3>{title}</h3>
                <p>{about}</p>
              </div>
              <p className={styles.labFacts}>
                {minutes} min
                <br />
                {checks} checks
              </p>
            </Link>
          ))}
          <p className={styles.after}>Each lab stands alone: take them in any order.</p>
        </section>
      </main>
    </Layout>
  );
}
