import type { Case } from './case.ts'
import { type Found, quote, type Rule, write } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'
import { listLine } from './variables.ts'

/** PostgreSQL 17, SQLite 3, MySQL 8, Prisma 6, Rails 8, Django 5, Laravel 12. */
const absent =
  /relation \\?"([\w.]{1,80})\\?" does not exist|no such table: ([\w.]{1,80})|Table '([\w.-]{1,120})' doesn't exist|[Tt]he table `([\w.]{1,80})` does not exist|(Migrations are pending|PendingMigrationError|unapplied migration)/

/** Whose tables or words they are, and what brings the tables in. */
const frameworks: { name: string; words: RegExp; command: string }[] = [
  { name: 'Django', words: /\bdjango[._/]|\b(?:django_\w+|auth_user)\b|manage\.py/, command: 'python manage.py migrate --noinput' },
  { name: 'Flask-Migrate', words: /flask_migrate/, command: 'flask db upgrade' },
  { name: 'Prisma', words: /Prisma(?:Client)?\w*Error|prisma:|@prisma\b/, command: 'npx prisma migrate deploy' },
  { name: 'Rails', words: /ActiveRecord::|activerecord-/, command: 'bundle exec rails db:prepare' },
  { name: 'Laravel', words: /Illuminate\\|artisan|laravel/, command: 'php artisan migrate --force' },
  { name: 'Sequelize', words: /Sequelize\w*Error|node_modules\/sequelize\//, command: 'npx sequelize-cli db:migrate' },
  { name: 'Knex', words: /node_modules\/knex\//, command: 'npx knex migrate:latest' },
  { name: 'TypeORM', words: /node_modules\/typeorm\/|QueryFailedError/, command: 'npx typeorm migration:run -d the-data-source.js' },
  { name: 'Drizzle', words: /drizzle-orm|DrizzleQueryError/, command: 'npx drizzle-kit migrate' },
  { name: 'Alembic', words: /\balembic\b/, command: 'alembic upgrade head' },
]

/** What it runs, with this before it: a line that can be written as it stands; null: nobody can tell from here. */
export function commandBefore(seen: Case, command: string): string | null {
  const { entrypoint = [], command: words = [] } = seen.seen?.facts ?? {}
  const all = [...entrypoint, ...words]
  const [shell = '', flag = '', script = ''] = all
  const isShell = /^(?:\/bin\/)?(?:ba|da|a)?sh$/.test(shell) && flag === '-c' && all.length === 3
  // A script as the entrypoint prepares what the command needs: it stays, and so does its command.
  if ((!isShell && (entrypoint.length > 0 || words.length === 0)) || all.join(' ').includes(command)) return null
  const plain = isShell ? script : `exec ${words.map(quoted).join(' ')}`
  return write(seen.service, '', listLine('command', ['sh', '-c', `${command} && ${plain}`]))
}

const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

export const migrationRules: Rule[] = [
  {
    id: 'not-migrated',
    about: 'a program whose database lacks its tables, as nobody has run its migrations',
    find: (seen): Found | null => {
      const said = saidOf(seen, absent)
      const found = absent.exec(said?.line ?? '')
      if (said === null || found === null) return null
      const table = found.slice(1, 5).find((each) => each !== undefined)
      const logs = `${seen.seen?.logs ?? ''}\n${seen.seen?.facts?.command.join(' ') ?? ''}`
      const known = frameworks.find(({ words }) => words.test(logs))
      const line = known === undefined ? null : commandBefore(seen, known.command)
      return {
        clause:
          table === undefined
            ? `the migrations of ${seen.service} have not run`
            : `the database of ${seen.service} has no table ${table}: no migration has made it`,
        fix:
          known === undefined
            ? `Run the migrations of ${seen.service} before it starts: put their command before its own (\`command: sh -c "the-migration && the-command"\` under \`services: ${seen.service}:\`), or let it make its tables when it starts.`
            : `${line ?? `Let ${seen.service} run \`${known.command}\` before it starts: in its entrypoint, or as a service of its own that it waits for (\`condition: service_completed_successfully\`)`}.`,
        evidence: [quote(said.line), ...(known === undefined ? [] : [`it uses ${known.name}`])],
        sure: said.sure,
        deeper: true,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
]
