import type { ReactNode } from "react";
import { type OnPress, pressed } from "./press.ts";

export type TaskStatus = "not-started" | "in-progress" | "blocked" | "complete";

export interface Task {
  readonly title: string;
  readonly status?: TaskStatus;
  readonly onPress?: OnPress;
  readonly subTasks?: readonly Task[];
}

export function TaskList({ children }: { children?: ReactNode }) {
  return <ul className="tasks">{children}</ul>;
}

export function TaskListItem({ title, status = "not-started", onPress, subTasks = [] }: Task) {
  const content = (
    <>
      <span className={`task-mark ${status}`} aria-hidden="true" />
      {title}
    </>
  );
  return (
    <li>
      {onPress ? (
        <button type="button" className={`task ${status}`} onClick={() => onPress(pressed())}>
          {content}
        </button>
      ) : (
        <div className={`task ${status}`}>{content}</div>
      )}
      {subTasks.length > 0 && (
        <TaskList>
          {subTasks.map((task) => (
            <TaskListItem key={task.title} {...task} />
          ))}
        </TaskList>
      )}
    </li>
  );
}
