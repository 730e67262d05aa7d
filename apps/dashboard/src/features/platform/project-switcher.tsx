import { Menu, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { useProject, useProjects } from '../../shell/project.ts';
import { useSession } from '../../shell/session.ts';
import classes from './project-switcher.module.css';

/** Shows the open project and leads to the others. */
export function ProjectSwitcher() {
  const project = useProject();
  const projects = useProjects();
  const { organizations } = useSession();
  const groups = organizations.map(({ id, name }) => ({ name, projects: projects.filter(({ organizationId }) => organizationId === id) }));
  return (
    <Menu width={260} position="bottom-start" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes['button']} aria-label={`Switch project, now ${project.name}`}>
          <Text fw={600} size="sm" className="cut">
            {project.name}
          </Text>
          <ChevronsUpDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {groups
          .filter((group) => group.projects.length > 0)
          .map((group) => (
            <div key={group.name} role="group" aria-label={group.name}>
              <Menu.Label>{group.name}</Menu.Label>
              {group.projects.map(({ id, name }) => (
                <Menu.Item
                  key={id}
                  component={Link}
                  to={`/projects/${id}`}
                  rightSection={id === project.id ? <Check size={14} aria-label="open" /> : null}
                >
                  {name}
                </Menu.Item>
              ))}
            </div>
          ))}
        <Menu.Divider />
        <Menu.Item component={Link} to="/new-project" leftSection={<Plus size={14} aria-hidden />}>
          New project
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
