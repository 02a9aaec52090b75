/** How the shares of a job are started: a command for each, or one script for a scheduler of many machines. */
export type ShareForm = 'commands' | 'slurm' | 'kubernetes';

export interface ShareRequest {
  readonly form: ShareForm;
  /** Of the whole job, quoted for a shell: what `commandLine` gives. */
  readonly command: string;
  readonly count: number;
  /** Name of the job. */
  readonly job: string;
  /** Every path that the job reads or writes. */
  readonly paths: readonly string[];
}

/** The text to run, save or submit, so that each of `count` processes does its share (`--split`). */
export function shareScript({ form, command, count, job, paths }: ShareRequest): string {
  switch (form) {
    case 'commands':
      return Array.from({ length: count }, (_, i) => `${command} --split ${i + 1}/${count}`).join('\n');
    case 'slurm':
      return [
        '#!/bin/bash',
        `#SBATCH --job-name=${job} --array=1-${count} --requeue`,
        `${command} --split "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"`,
      ].join('\n');
    case 'kubernetes':
      return kubernetesJob(command, count, job, commonFolder(paths));
  }
}

/** An indexed Job: its indices begin at 0. */
function kubernetesJob(command: string, count: number, job: string, folder: string): string {
  // Kubernetes would put a variable for $(NAME) in a path; $$(NAME) it leaves to the shell as $(NAME).
  const escaped = command.replaceAll('$(', '$$$$(');
  return `apiVersion: batch/v1
kind: Job
metadata: { name: ${job} }
spec:
  completionMode: Indexed
  completions: ${count}
  parallelism: ${count}
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: shardscope
          image: YOUR_IMAGE_WITH_SHARDSCOPE
          command: [sh, -c]
          args:
            - ${blockOf(`${escaped} --split "$((JOB_COMPLETION_INDEX + 1))/${count}"`)}
          volumeMounts: [{ name: data, mountPath: ${JSON.stringify(folder)} }]
      volumes:
        - name: data
          persistentVolumeClaim: { claimName: YOUR_CLAIM }`;
}

/** A text as YAML: as it is in a block of its own, or where it has more lines than one, quoted. */
function blockOf(text: string): string {
  return /^[\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe]*$/.test(text)
    ? `|-\n              ${text}`
    : JSON.stringify(text);
}

/** The deepest folder that all paths lie in, which is what a volume is mounted at. */
export function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const shared = first.filter((_, depth) =>
    others.every((names) => first.slice(0, depth + 1).every((name, i) => names[i] === name)),
  );
  return shared.join('/') || '/';
}
